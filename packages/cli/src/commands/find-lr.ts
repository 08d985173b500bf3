import type { CommandContext } from '../command-context.ts';
import { untilInterrupted } from '../interruptible.ts';
import { type ExperimentOptions, withExperimentOptions } from '../options/experiment-options.ts';
import { optionReader } from '../options/option-reader.ts';
import { readTrained } from '../options/read-trained.ts';
import { type StudyRunOptions, withStudyRunOptions } from '../options/study-run-options.ts';

interface FindLrOptions extends ExperimentOptions, StudyRunOptions {
  readonly from: string;
  readonly to: string;
  readonly steps: string;
  readonly svg?: string;
}

export function addFindLrCommand({ parent, run }: CommandContext): void {
  withExperimentOptions(
    withStudyRunOptions(
      parent
        .command('find-lr')
        .summary('find a learning rate by a range test')
        .description(
          'Trains an experiment while the learning rate grows from step to step until the loss blows up (Smith 2017), and suggests a rate: where the smoothed loss falls fastest, at most a tenth of where it blows up.',
        )
        .argument('<experiment>', 'YAML file of an experiment, or of a study')
        .option('--from <rate>', 'smallest learning rate', '1e-7')
        .option('--to <rate>', 'largest learning rate', '10')
        .option('--steps <n>', 'steps between them', '100')
        .option('--svg <file>', 'draw the losses to this file'),
    ),
  )
    .addHelpText(
      'after',
      '\nWrites nothing but the SVG that is asked for. Exit code 1 where the loss never falls.\nExample: gradalign find-lr experiment.yaml --svg rates.svg',
    )
    .action((file: string, options: FindLrOptions) =>
      run(async (terminal) => {
        const { findLearningRate, writeAtomically } = await import('@gradalign/core');
        const { number, wholeNumber, refuse } = await optionReader('find a learning rate');
        const from = number('from', options.from, { above: 0 });
        const to = number('to', options.to, { above: 0 });
        if (to <= from) refuse(`--to is ${to} and --from ${from}`, 'a larger --to');
        const steps = wholeNumber('steps', options.steps, { least: 10, most: 100_000 });
        if (options.svg !== undefined) await refuseSvg(options.svg);
        const loaded = await readTrained(file, options, terminal);
        return untilInterrupted(terminal, 'finishing this step, then stopping', async (signal) => {
          const found = await findLearningRate(loaded, { from, to, steps, reporter: terminal, signal });
          if (options.svg !== undefined) {
            const { learningRatePlot, standaloneSvg } = await import('@gradalign/report');
            writeAtomically(options.svg, standaloneSvg(learningRatePlot(found)));
          }
          const { renderLearningRates } = await import('../render/render-learning-rates.ts');
          terminal.print(renderLearningRates(found));
          if (options.svg !== undefined) terminal.print(`drawn to ${options.svg}`);
          terminal.printJson(found);
          return found.suggestion === undefined ? 1 : 0;
        });
      }, options),
    );
}

/** Before minutes of training. */
async function refuseSvg(file: string): Promise<void> {
  const { cannot, requireOutput } = await import('@gradalign/core');
  if (!/\.svg$/i.test(file)) throw cannot(`write ${file}`, 'it does not end in .svg', 'a name that does', { exitCode: 2 });
  requireOutput(file);
}
