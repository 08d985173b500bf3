import { loadEngine } from '@gradalign/engine';
import type { Catalogue } from '../configuration/catalogue.ts';
import { showExperiment } from '../configuration/show-experiment.ts';
import type { Experiment } from '../contracts/experiment.ts';
import { type Reporter, silentReporter } from '../contracts/reporter.ts';
import { heldOutLoss } from '../evaluation/held-out-loss.ts';
import { type Validation, validate } from '../evaluation/validate.ts';
import { writeAtomically } from '../files/write-atomically.ts';
import { type LoopEnd, trainingLoop } from '../training/training-loop.ts';
import { compose } from './compose.ts';
import type { Container } from './container.ts';
import { describeEnvironment } from './environment.ts';
import { evaluateRun } from './evaluate-run.ts';
import { requireMemory } from './require-memory.ts';
import { RunCheckpoints } from './run-checkpoints.ts';
import { cutLog, openRunFolder } from './run-folder.ts';
import { openRunLog } from './run-log.ts';
import { makeRunParts } from './run-parts.ts';
import { type RunResults, readRunResults, writeRunResults } from './run-results.ts';
import { trainingProgress } from './training-progress.ts';

/** What `train` takes. */
export interface TrainOptions {
  /** Validated and complete: see `loadExperiment`. */
  readonly experiment: Experiment;
  /** The items that the experiment names. */
  readonly catalogue: Catalogue;
  /** The run's folder; created if it does not exist. */
  readonly folder: string;
  /** Continues the run in the folder; default: false, and a folder that holds a run is refused. */
  readonly resume?: boolean;
  /** Receives notices, warnings and progress; default: silent. */
  readonly reporter?: Reporter;
  /** When it aborts, the current step finishes, a checkpoint is saved, and `train` returns with reason `interrupted`. */
  readonly signal?: AbortSignal;
  /** Replaces parts of the run (see `parts`) before anything is made. */
  readonly customize?: (container: Container) => void;
}

/** How a run ended: interrupted, and ready to be resumed; stopped by a callback; or finished. */
export type TrainOutcome =
  | { readonly reason: 'interrupted'; readonly position: LoopEnd['position'] }
  | { readonly reason: 'finished' | 'stopped'; readonly position: LoopEnd['position']; readonly results: RunResults };

/**
 * The whole story of a run, from an experiment to its figures. Loads the engine; disposes everything it made. A finished run is not trained again: its
 * results are returned.
 *
 * @throws UserError if the folder holds another run, the data is not what the adapters expect, or the disk is full; DivergedError if a loss or a weight is
 * no longer finite: the last good checkpoint is kept.
 */
export async function train(options: TrainOptions): Promise<TrainOutcome> {
  const { experiment, catalogue, folder: path, resume = false, reporter = silentReporter, signal, customize } = options;
  requireMemory(experiment);
  using folder = openRunFolder(path, { resume });
  const finished = readRunResults(folder.results);
  if (finished) {
    reporter.notice(`${path}: already finished, skipping`);
    return { reason: 'finished', position: { epoch: finished.epochs, step: 0, counts: finished.steps }, results: finished };
  }
  const { threads } = experiment;
  const engine = await loadEngine({ engine: experiment.engine, notice: reporter.notice, ...(threads === undefined ? {} : { threads }) });
  await using container = compose({ experiment, catalogue, reporter });
  customize?.(container);
  const parts = await makeRunParts(container, experiment, reporter);
  const { evaluation, batches, protocol, classes, callbacks } = parts;

  const checkpoints = new RunCheckpoints({ ...parts, folder: folder.checkpoints, weights: parts.model.weights });
  const start = resume ? await checkpoints.restoreLatest(reporter) : undefined;
  if (!resume) writeAtomically(folder.experiment, showExperiment(experiment));
  writeAtomically(folder.environment, `${JSON.stringify(await describeEnvironment(engine), null, 2)}\n`);
  cutLog(folder.log, start?.logBytes ?? 0);
  using log = openRunLog(folder.log);
  const started = performance.now();
  const seconds = () => (start?.seconds ?? 0) + (performance.now() - started) / 1000;
  const save = (position: LoopEnd['position']) => checkpoints.save({ position, logBytes: log.size(), seconds: seconds() });

  const { epochs, freeze, clipNorm, evaluateEvery, checkpointEvery } = experiment.train;
  let last: { readonly epoch: number; readonly validation: Validation | undefined } | undefined;
  const end = await trainingLoop(
    {
      ...parts,
      settings: { epochs, warmupEpochs: experiment.optimizer.warmupEpochs, freeze, ...(clipNorm === undefined ? {} : { clipNorm }) },
      onStep: trainingProgress(reporter, log),
      async onEpoch({ epoch }) {
        const due = epoch === epochs || (evaluateEvery > 0 && epoch % evaluateEvery === 0);
        if (due) last = { epoch, validation: await validate(evaluation) };
        const figures = due ? last?.validation?.figures : undefined;
        log.write({ event: 'epoch', epoch: epoch - 1, ...(figures ? { validation: figures } : {}) });
        return figures;
      },
      async afterEpoch(position) {
        if (position.epoch % checkpointEvery === 0) await save(position);
      },
      async heldOutLoss({ step, epoch }) {
        const loss = await heldOutLoss(evaluation, evaluation.heldOut);
        log.write({ event: 'held-out loss', step, epoch, loss });
        return loss;
      },
      ...(signal ? { signal } : {}),
    },
    start?.position,
  );
  const { position, reason, because } = end;
  const checkpoint = await save(position);
  log.write({ event: 'end', reason, steps: position.counts, ...(because === undefined ? {} : { because }) });
  log.flush();
  if (reason === 'interrupted') return { reason, position };
  if (because !== undefined) reporter.notice(`stopped after epoch ${position.epoch - 1}: ${because}`);
  warnWithoutMethodSteps(experiment, end, reporter);

  const method = experiment.optimizer.use;
  const trained = { checkpoint, method, classes, epochs: position.epoch, steps: position.counts, trainingSeconds: seconds(), protocol };
  const offers = callbacks.flatMap((callback) => callback.offers ?? []);
  const validation = last?.epoch === position.epoch ? last.validation : undefined;
  try {
    const results = await evaluateRun(signal ? { ...evaluation, signal } : evaluation, {
      ...trained,
      scores: folder.scores,
      weights: folder.weights,
      offers,
      batches,
      untrainedEpoch: epochs,
      ...(validation ? { validation } : {}),
    });
    writeRunResults(folder.results, results);
    return { reason, position, results };
  } catch (error) {
    // The last checkpoint is complete: resuming evaluates it.
    if (signal?.aborted && error instanceof Error && error.name === 'AbortError') return { reason: 'interrupted', position };
    throw error;
  }
}

/** A run that asked for a method and took none of its steps trained plain ERM; a table would not show it. */
function warnWithoutMethodSteps({ optimizer, train: { epochs } }: Experiment, { position: { counts } }: LoopEnd, reporter: Reporter): void {
  if ((counts[optimizer.use] ?? 0) > 0) return;
  const taken = Object.entries(counts).map(([kind, n]) => `${n} of kind ${kind}`);
  reporter.warn(
    `NO STEP OF '${optimizer.use}' WAS TAKEN: ${taken.length > 0 ? taken.join(', ') : 'no steps at all'} (optimizer.warmupEpochs is ${optimizer.warmupEpochs}, train.epochs is ${epochs}); this run is not a run of '${optimizer.use}'`,
  );
}
