import { readFileSync } from 'node:fs';
import { type CallbackContext, defineCallback, describeWriteError, runPaths, type TrainedBatch } from '@gradalign/core';
import { Type } from '@sinclair/typebox';
import { ownFolder } from './own-folder.ts';
import { epochFigures, type NamedFigures, resultFigures, stepFigures } from './run-figures.ts';
import type { EventFile } from './tensorboard/event-file.ts';
import type { SummaryValue } from './tensorboard/event-messages.ts';

/**
 * Event files in `<run>/tensorboard`, which `tensorboard --logdir` reads while the run goes on. Steps count from 0 over the whole run; figures of an epoch
 * stand at its last step. A resumed run starts a new file, which says from which step on the earlier ones no longer count. A file that cannot be written
 * stops no training: there is one warning.
 */
export const tensorboard = defineCallback({
  name: 'tensorboard',
  summary: 'Writes event files for TensorBoard: losses, learning rate, figures, cosines, speed, training views, the experiment',
  options: Type.Object(
    {
      every: Type.Integer({ minimum: 1, default: 1, description: 'Steps between the points of the curves that a step adds to' }),
      views: Type.Integer({ minimum: 0, maximum: 256, default: 16, description: 'Training views of each domain, from the first batch; 0: none' }),
    },
    { additionalProperties: false },
  ),
  create({ every, views }, context) {
    const { experiment, folder } = context;
    const writer = eventWriter(context);
    /** Steps that are done. */
    let done = 0;
    return {
      async runStarted() {
        await writer.start(context.resumed ? { from: done } : {});
        if (done === 0) writer.add(0, describeRun(folder));
        writer.flush();
      },
      async stepEnded(event) {
        const { step } = event.progress;
        done = step + 1;
        if (step % every === 0) writer.add(step, scalars(stepFigures(event, experiment)));
        if (step === 0 && views > 0) writer.add(0, await pictures(event.batch, context, views));
        writer.flush(secondsBetweenFlushes);
      },
      epochEnded(event) {
        writer.add(done - 1, scalars(epochFigures(event)));
        writer.flush();
      },
      runEnded: () => writer.flush(),
      runEvaluated({ results }) {
        writer.add(Math.max(0, done - 1), scalars(resultFigures(results)));
        writer.flush();
      },
      state: () => ({ values: { done } }),
      restore({ values }) {
        done = Number(values?.['done'] ?? 0);
      },
      [Symbol.dispose]: () => writer[Symbol.dispose](),
    };
  },
});

/** An epoch may take hours. */
const secondsBetweenFlushes = 10;

interface EventWriter extends Disposable {
  start(options: { readonly from?: number }): Promise<void>;
  add(step: number, values: readonly SummaryValue[]): void;
  /** Where `unlessWithin` is given, only if the last time is longer ago than so many seconds. */
  flush(unlessWithin?: number): void;
}

/** An event file that gives up, with a warning, where it cannot be written. */
function eventWriter({ folder, logger }: CallbackContext): EventWriter {
  let file: EventFile | undefined;
  let flushed = performance.now();
  const attempt = (write: () => void) => {
    try {
      write();
    } catch (error) {
      logger.warn(`tensorboard: ${file?.path ?? folder} cannot be written (${describeWriteError(error)}): this run writes no more events`);
      const broken = file;
      file = undefined;
      closeQuietly(broken);
    }
  };
  return {
    async start(options) {
      // Loaded here, so that naming the plugin costs nothing.
      const { createEventFile } = await import('./tensorboard/event-file.ts');
      const own = ownFolder(folder, 'tensorboard');
      attempt(() => {
        file = createEventFile(own, options);
      });
    },
    add(step, values) {
      if (values.length > 0) file?.add(step, values);
    },
    flush(unlessWithin = 0) {
      if (performance.now() - flushed < 1000 * unlessWithin) return;
      flushed = performance.now();
      attempt(() => file?.flush());
    },
    [Symbol.dispose]() {
      attempt(() => file?.[Symbol.dispose]());
      file = undefined;
    },
  };
}

function closeQuietly(file: EventFile | undefined): void {
  try {
    file?.[Symbol.dispose]();
  } catch {
    // said already
  }
}

function scalars(figures: NamedFigures): SummaryValue[] {
  return Object.entries(figures).map(([tag, scalar]) => ({ tag, scalar }));
}

/** The experiment and the environment, as the run recorded them. */
function describeRun(folder: string): SummaryValue[] {
  const { experiment, environment } = runPaths(folder);
  return [
    { tag: 'experiment', text: codeBlock(readFileSync(experiment, 'utf8')) },
    { tag: 'environment', text: codeBlock(readFileSync(environment, 'utf8')) },
  ];
}

/** Markdown that shows a text as it is. */
function codeBlock(text: string): string {
  return text.replace(/^/gm, '    ');
}

/** One sheet for each domain, of the first view of its samples; none, with a warning, where they cannot be made. */
async function pictures({ images, shape, domains }: TrainedBatch, { experiment, logger }: CallbackContext, most: number): Promise<SummaryValue[]> {
  const { mean, std } = experiment.data.image;
  try {
    const { contactSheet } = await import('./tensorboard/contact-sheet.ts');
    const sheets = [...new Set(domains)].map(async (domain) => {
      const rows = domains.flatMap((name, row) => (name === domain ? [row] : [])).slice(0, most);
      return { tag: `training views/${domain}`, image: await contactSheet({ images, shape, mean, std }, rows) };
    });
    return await Promise.all(sheets);
  } catch (error) {
    logger.warn(`tensorboard: the training views are left out: ${(error as Error).message}`);
    return [];
  }
}
