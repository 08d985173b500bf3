import { existsSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Catalogue } from '../configuration/catalogue.ts';
import { unsafeDomain } from '../configuration/check-names.ts';
import { pathOptions } from '../configuration/portable-settings.ts';
import { rememberModules, trustStoreFile } from '../configuration/trust-store.ts';
import type { WrittenValues } from '../configuration/written-paths.ts';
import { cannot, UserError } from '../contracts/errors.ts';
import type { Experiment } from '../contracts/experiment.ts';
import { type Reporter, silentReporter } from '../contracts/reporter.ts';
import type { KnownData } from '../data/known-data.ts';
import { heldOutLoss } from '../evaluation/held-out-loss.ts';
import { type Validation, validate } from '../evaluation/validate.ts';
import { emit, type LoopEnd, trainingLoop } from '../training/training-loop.ts';
import { checkEngine, checkResumed } from './check-resumed.ts';
import { compose, parts as tokens } from './compose.ts';
import type { Container } from './container.ts';
import { describeExtension } from './describe-extension.ts';
import { evaluateRun } from './evaluate-run.ts';
import { experimentEngine } from './experiment-engine.ts';
import { findFinished } from './find-finished.ts';
import { refuseMissingData } from './load-domains.ts';
import { recordStart } from './record-start.ts';
import { readRecordedRun } from './recorded-run.ts';
import { requireMemory } from './require-memory.ts';
import { RunCheckpoints } from './run-checkpoints.ts';
import { cutLog, openRunFolder } from './run-folder.ts';
import { extensionsIn } from './run-history.ts';
import { engineIdentity, fingerprintData, identifyRun } from './run-identity.ts';
import { openRunLog } from './run-log.ts';
import { makeRunParts, type RunParts } from './run-parts.ts';
import { type RunResults, writeRunResults } from './run-results.ts';
import { warnOfSourcesAmongTargets } from './seen-in-training.ts';
import { targetEvaluations } from './target-evaluations.ts';
import { trainingProgress } from './training-progress.ts';

/** What `train` takes. */
export interface TrainOptions {
  /** Validated and complete: see `loadExperiment`. */
  readonly experiment: Experiment;
  /** What the user wrote where the experiment has resolved values, as `loadExperiment` gives it: kept in the run, so that it can be moved. */
  readonly written?: WrittenValues;
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
  /**
   * Saves after so many epochs, evaluates the held-out share, and returns with `paused`: what `resume` then goes on with equals a run that was never
   * paused. No effect on a run that ends before, or is further.
   */
  readonly pauseAfter?: number;
  /** Replaces parts of the run (see `parts`) before anything is made. */
  readonly customize?: (container: Container) => void;
  /** Shared by runs of one process on the same data: pictures are checked once, and what is told of the data is told once. */
  readonly knownData?: KnownData;
}

/**
 * How a run ended: interrupted, and ready to be resumed; stopped by a callback; or finished. `paused`: it was interrupted where `pauseAfter` says, and these
 * are the figures of the held-out share there.
 */
export type TrainOutcome =
  | { readonly reason: 'interrupted'; readonly position: LoopEnd['position']; readonly paused?: Validation['figures'] }
  | { readonly reason: 'finished' | 'stopped'; readonly position: LoopEnd['position']; readonly results: RunResults };

/**
 * The whole story of a run, from an experiment to its figures. Loads the engine; disposes everything it made. A finished run is not trained again: its
 * results are returned.
 *
 * @throws UserError if the folder holds another run, the data is not what the adapters expect, or the disk is full; DivergedError if a loss or a weight is
 * no longer finite: the last good checkpoint is kept.
 */
export async function train(options: TrainOptions): Promise<TrainOutcome> {
  const { experiment, written = {}, catalogue, folder: path, resume = false, reporter = silentReporter, signal, pauseAfter, customize, knownData } = options;
  refuseUnsafeDomains(experiment);
  requireMemory(experiment);
  using folder = openRunFolder(path, { resume, reporter });
  const recorded = resume ? readRecordedRun(folder, catalogue) : undefined;
  // Initial weights are needed once: a run that has been moved goes on without the file.
  const withoutInitialWeights = recorded?.position !== undefined && !hasInitialWeights(experiment, catalogue);
  await using container = compose({ experiment, catalogue, reporter, withoutInitialWeights, folder: path, resumed: resume, knownData });
  customize?.(container);
  if (resume && !customize) refuseMissingData({ ...experiment.data.source, ...experiment.data.target }, catalogue);
  const domains = await container.get(tokens.domains);
  const data = fingerprintData(domains);
  const known = identifyRun(experiment, catalogue, data);
  const continuation = recorded && checkResumed(recorded, { folder: path, experiment, catalogue, identity: known, data }, reporter);
  const finished = resume ? findFinished(folder, { experiment, catalogue, identity: known, domains, extended: continuation?.extended, reporter }) : undefined;
  if (finished) {
    reporter.notice(`${path}: already finished, skipping`);
    return { reason: 'finished', position: { epoch: finished.epochs, step: 0, counts: finished.steps }, results: finished };
  }
  const engine = await experimentEngine(experiment, reporter);
  const identity = { ...known, engine: engineIdentity(engine) };
  checkEngine(recorded?.identity.engine, identity.engine, path, reporter);
  const parts = await makeRunParts(container, experiment, reporter);
  const { evaluation, batches, protocol, preparation, classes, callbacks, leftOut } = parts;

  const checkpoints = new RunCheckpoints({ ...parts, folder: folder.checkpoints, identity });
  const start = resume ? await checkpoints.restoreLatest(reporter) : undefined;
  if (!start && withoutInitialWeights)
    throw cannot(`resume the run in ${path}`, 'no checkpoint can be read, and the initial weights that model.weights names are not there', 'either of them');
  const extended =
    continuation?.extended &&
    describeExtension({
      ...continuation.extended,
      schedule: parts.schedule,
      losses: await container.get(tokens.losses),
      callbacks,
      names: experiment.callbacks.map(({ use }) => use),
      stepsPerEpoch: batches.stepsPerEpoch,
      evaluateEvery: experiment.train.evaluateEvery,
      done: start?.position.epoch ?? 0,
    });
  if (extended) reporter.notice(extended.about);
  if (!resume) {
    tellOfParts(experiment, parts, reporter);
    warnOfSourcesAmongTargets(domains, knownData?.once(reporter) ?? reporter);
  }
  rememberPlugins(catalogue, reporter);
  folder.requireHeld();
  await recordStart(folder, { experiment, settings: known.settings, written, data, engine, position: start?.position, continuation, extended });
  cutLog(folder.log, start?.logBytes ?? 0);
  using log = openRunLog(folder.log, folder.requireHeld);
  const started = performance.now();
  const seconds = () => (start?.seconds ?? 0) + (performance.now() - started) / 1000;
  const save = (position: LoopEnd['position']) => {
    const logBytes = log.size();
    folder.requireHeld();
    return checkpoints.save({ position, logBytes, seconds: seconds() });
  };

  const target = targetEvaluations({ experiment, setting: evaluation, log, file: folder.log });
  const { epochs, freeze, clipNorm, accumulate, cosinesEvery, evaluateEvery, checkpointEvery } = experiment.train;
  const pause = new AbortController();
  const stopping = signal ? AbortSignal.any([signal, pause.signal]) : pause.signal;
  let last: { readonly epoch: number; readonly validation: Validation | undefined } | undefined;
  // It was paused, and ended before it could say its figures.
  const isPaused = start !== undefined && start.position.epoch === pauseAfter && start.position.step === 0 && start.position.stopped === undefined;
  const loop: Parameters<typeof trainingLoop>[0] = {
    ...parts,
    settings: {
      ...{ epochs, warmupEpochs: experiment.optimizer.warmupEpochs, freeze },
      ...(clipNorm === undefined ? {} : { clipNorm }),
      ...(accumulate === undefined ? {} : { accumulate }),
      ...(cosinesEvery === undefined ? {} : { cosinesEvery }),
    },
    onStep: trainingProgress(reporter, log),
    async onEpoch({ epoch }) {
      if (epoch === pauseAfter) pause.abort();
      const due = epoch === epochs || (evaluateEvery > 0 && epoch % evaluateEvery === 0);
      if (due) last = { epoch, validation: await validate(evaluation) };
      const figures = due ? last?.validation?.figures : undefined;
      log.write({ event: 'epoch', epoch: epoch - 1, ...(figures ? { validation: figures } : {}) });
      const onTarget = await target.afterEpoch(epoch);
      return { ...(figures ? { validation: figures } : {}), ...(onTarget ? { target: onTarget } : {}) };
    },
    async afterEpoch(position) {
      if (position.epoch % checkpointEvery === 0) await save(position);
    },
    async heldOutLoss({ step, epoch }) {
      const loss = await heldOutLoss(evaluation, evaluation.heldOut);
      log.write({ event: 'held-out loss', step, epoch, loss });
      return loss;
    },
    signal: stopping,
  };
  const end: LoopEnd = isPaused ? { reason: 'interrupted', position: start.position } : await trainingLoop(loop, start?.position);
  const { position, reason, because } = end;
  const checkpoint = await save(position);
  log.write({ event: 'end', reason, steps: position.counts, ...(because === undefined ? {} : { because }) });
  log.flush();
  if (reason === 'interrupted') {
    if (signal?.aborted || position.epoch !== pauseAfter || position.step > 0) return { reason, position };
    const validation = last?.epoch === position.epoch ? last.validation : await validate(evaluation);
    return { reason, position, paused: validation?.figures ?? {} };
  }
  if (because !== undefined) reporter.notice(`stopped after epoch ${position.epoch - 1}: ${because}`);
  warnWithoutMethodSteps(experiment, end, reporter);

  const method = experiment.optimizer.use;
  const extensions = extensionsIn(folder.history);
  const trained = {
    identity,
    ...(extensions.length > 0 ? { extended: extensions } : {}),
    checkpoint,
    method,
    classes,
    epochs: position.epoch,
    steps: position.counts,
    trainingSeconds: seconds(),
    protocol,
    preparation,
  };
  folder.requireHeld();
  const offers = callbacks.flatMap((callback) => callback.offers ?? []);
  const validation = last?.epoch === position.epoch ? last.validation : undefined;
  try {
    const evaluated = await evaluateRun(signal ? { ...evaluation, signal } : evaluation, {
      ...trained,
      scores: folder.scores,
      weights: folder.weights,
      offers,
      batches,
      untrainedEpoch: epochs,
      oracle: target.oracle(),
      split: { seed: experiment.seed, holdOut: experiment.data.holdOut, splits: experiment.data.splits.source },
      ...(validation ? { validation } : {}),
    });
    const pixels = Object.entries(evaluation.loader.changes?.() ?? {});
    for (const [change, n] of pixels) reporter.notice(`images: ${change}: ${n} ${n === 1 ? 'file' : 'files'}`);
    const results: RunResults = { ...evaluated, leftOut: leftOut.record(), ...(pixels.length > 0 ? { pixels: Object.fromEntries(pixels) } : {}) };
    folder.requireHeld();
    writeRunResults(folder.results, results);
    await emit(callbacks, 'runEvaluated', { results: resolve(folder.results) });
    return { reason, position, results };
  } catch (error) {
    // The last checkpoint is complete: resuming evaluates it.
    if (signal?.aborted && error instanceof Error && error.name === 'AbortError') return { reason: 'interrupted', position };
    throw error;
  }
}

/** The run stays usable for whoever trained it: evaluating it will run the same code. */
function rememberPlugins({ otherPluginFiles }: Catalogue, reporter: Reporter): void {
  try {
    rememberModules(otherPluginFiles.filter((url) => url.startsWith('file:')).map((url) => fileURLToPath(url)));
  } catch (error) {
    reporter.warn(`${trustStoreFile()} cannot be written (${(error as Error).message}): evaluating this run will need --trust for its plugins`);
  }
}

/** What differs from a step on the whole batch, for networks in which anything does. */
function tellOfParts({ train: { accumulate = 1 }, data }: Experiment, { model, domains }: Pick<RunParts, 'model' | 'domains'>, reporter: Reporter): void {
  if (accumulate === 1 || model.weights.statistics.size === 0) return;
  const samples = Math.round((domains.length * data.batch.perDomain) / accumulate);
  reporter.notice(
    `train.accumulate: batch norm measures each of the ${accumulate} parts of a batch by itself, ${samples} ${samples === 1 ? 'sample' : 'samples'} of ${data.views} ${data.views === 1 ? 'view' : 'views'} each; running statistics move by the mean of the parts`,
  );
}

/** Whether every file that the model's options name is there. */
function hasInitialWeights({ model }: Experiment, catalogue: Catalogue): boolean {
  return pathOptions(catalogue.find('model', model.use)).every(
    (option) => typeof model[option] !== 'string' || !isAbsolute(model[option]) || existsSync(model[option]),
  );
}

/** A caller may have made the experiment without reading a file, where the names are checked at their places. */
function refuseUnsafeDomains({ data: { source, target } }: Experiment): void {
  const unsafe = [...Object.keys(source).map((name) => unsafeDomain(name, false)), ...Object.keys(target).map((name) => unsafeDomain(name, true))];
  const first = unsafe.find((reason) => reason !== undefined);
  if (first !== undefined) throw new UserError(first, { exitCode: 2 });
}

/** A run that asked for a method and took none of its steps trained plain ERM; a table would not show it. */
function warnWithoutMethodSteps({ optimizer, train: { epochs } }: Experiment, { position: { counts } }: LoopEnd, reporter: Reporter): void {
  if (epochs === 0 || (counts[optimizer.use] ?? 0) > 0) return;
  const taken = Object.entries(counts).map(([kind, n]) => `${n} of kind ${kind}`);
  reporter.warn(
    `NO STEP OF '${optimizer.use}' WAS TAKEN: ${taken.length > 0 ? taken.join(', ') : 'no steps at all'} (optimizer.warmupEpochs is ${optimizer.warmupEpochs}, train.epochs is ${epochs}); this run is not a run of '${optimizer.use}'`,
  );
}
