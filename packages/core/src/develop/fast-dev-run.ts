import { join } from 'node:path';
import type { LoadedExperiment } from '../configuration/load-experiment.ts';
import type { Experiment } from '../contracts/experiment.ts';
import type { Reporter } from '../contracts/reporter.ts';
import { createSeed } from '../contracts/seed.ts';
import type { Domains } from '../data/read-domains.ts';
import { parts } from '../run/compose.ts';
import type { Container } from '../run/container.ts';
import { loadDomains } from '../run/load-domains.ts';
import type { RunResults } from '../run/run-results.ts';
import { train } from '../run/train.ts';
import { toldEveryStep, trialCallbacks } from '../run/trial-callbacks.ts';
import { countSamples, trimmedDomains } from './trimmed-domains.ts';

/** What a fast run through everything did. Plain JSON. */
export interface FastDevRun {
  /** The run's folder: complete, as after a training of any length. */
  readonly folder: string;
  readonly results: RunResults;
  /** Seconds of the part before the interruption (data, engine, three steps, saving), and of the part after it (resuming, one step, evaluating). */
  readonly seconds: { readonly beforeInterruption: number; readonly afterInterruption: number };
  /** Images that a whole run has, and those that this one could have read. */
  readonly images: { readonly all: number; readonly used: number };
  /** Sentences: what a whole run does and this one did not. */
  readonly unchecked: readonly string[];
}

/** What `fastDevRun` takes besides the experiment. */
export interface FastDevRunOptions {
  /** An empty folder. The run's own is made in it, and stays. */
  readonly folder: string;
  readonly reporter: Reporter;
  readonly signal?: AbortSignal;
}

const epochs = 2;
const stepsPerEpoch = 2;

/**
 * Two epochs of two steps, on a few videos of each domain and label: the run is interrupted after its third step, resumed from its checkpoint, and evaluated.
 * Where the experiment has warm-up epochs the first epoch is one of them. Batches have their whole size.
 *
 * @throws what `train` throws; the signal's reason if it aborts.
 */
export async function fastDevRun(
  { experiment, written, catalogue }: LoadedExperiment,
  { folder: parent, reporter, signal }: FastDevRunOptions,
): Promise<FastDevRun> {
  const folder = join(parent, 'run');
  const callbacks = trialCallbacks(experiment, catalogue);
  const short = { ...shortened(experiment), callbacks: callbacks.kept };
  let images = { all: 0, used: 0 };
  const readDomains = async (): Promise<Domains> => {
    const all = await loadDomains(short, catalogue, createSeed(short.seed), reporter);
    const some = trimmedDomains(all, { training: Math.max(8, 2 * short.data.batch.perDomain), evaluated: 4 });
    images = { all: countSamples(all), used: countSamples(some) };
    return some;
  };
  let domains: Promise<Domains> | undefined;
  const customize = (container: Container) => {
    container.replace(parts.domains, () => {
      domains ??= readDomains();
      return domains;
    });
    const make = container.get(parts.callbacks);
    container.replace(parts.callbacks, () => make.map(toldEveryStep));
  };
  const once = toldOnce(reporter);
  const run = { experiment: short, written, catalogue, folder, customize };
  const interruption = new AbortController();
  const started = performance.now();
  await train({
    ...run,
    reporter: {
      ...once,
      progress(state) {
        once.progress(state);
        if (state.phase === 'training' && state.done === epochs * stepsPerEpoch - 1) interruption.abort();
      },
    },
    signal: signal ? AbortSignal.any([signal, interruption.signal]) : interruption.signal,
  });
  signal?.throwIfAborted();
  const interrupted = performance.now();
  const outcome = await train({ ...run, resume: true, reporter: once, ...(signal ? { signal } : {}) });
  signal?.throwIfAborted();
  if (outcome.reason === 'interrupted') throw new Error('Cannot finish a fast run: it was interrupted and nobody asked for it, expected it to end');
  const ended = performance.now();
  return {
    folder,
    results: outcome.results,
    seconds: { beforeInterruption: (interrupted - started) / 1000, afterInterruption: (ended - interrupted) / 1000 },
    images,
    unchecked: unchecked(experiment, images, callbacks.leftOut),
  };
}

/** What is long in an experiment, made short; everything else stays as it is. */
function shortened(experiment: Experiment): Experiment {
  const { optimizer, train: settings, evaluate } = experiment;
  const freeze = Object.fromEntries(Object.entries(settings.freeze).map(([pattern, thaws]) => [pattern, Math.min(thaws, epochs - 1)]));
  return {
    ...experiment,
    optimizer: { ...optimizer, warmupEpochs: Math.min(optimizer.warmupEpochs, epochs - 1) },
    train: { ...settings, epochs, stepsPerEpoch, freeze, evaluateEvery: 1, checkpointEvery: 1 },
    evaluate: evaluate.target ? { ...evaluate, target: { every: 1 } } : evaluate,
  };
}

function unchecked({ train: settings, optimizer }: Experiment, images: FastDevRun['images'], callbacks: readonly string[]): string[] {
  return [
    `images: ${images.used} of ${images.all} were there to be read; the others may be damaged (gradalign data inspect)`,
    `length: ${epochs * stepsPerEpoch} steps; time and memory of the whole run (--estimate), and whether the loss stays finite at its learning rate (gradalign find-lr)`,
    'whether the network learns (--overfit): the figures say nothing',
    ...(settings.epochs > epochs
      ? [`schedule, freezing and warm-up (${optimizer.warmupEpochs} epochs) at their own epochs: they were squeezed into ${epochs}`]
      : []),
    ...callbacks.map((name) => `callback '${name}': it tells somebody outside the run's folder, and was left out`),
  ];
}

/** The run is started twice: what has been said is not said again. */
function toldOnce(reporter: Reporter): Reporter {
  const told = new Set<string>();
  const first = (tell: (message: string) => void) => (message: string) => {
    if (told.has(message)) return;
    told.add(message);
    tell(message);
  };
  return {
    notice: first((message) => reporter.notice(message)),
    warn: first((message) => reporter.warn(message)),
    progress: (state) => reporter.progress(state),
  };
}
