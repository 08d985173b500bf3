import { loadEngine } from '@gradalign/engine';
import type { Catalogue } from '../configuration/catalogue.ts';
import { showExperiment } from '../configuration/show-experiment.ts';
import type { Experiment } from '../contracts/experiment.ts';
import { type Reporter, silentReporter } from '../contracts/reporter.ts';
import { recordProtocol, renderProtocol } from '../data/protocol-record.ts';
import { heldOutLoss } from '../evaluation/held-out-loss.ts';
import { type RunValidation, validateRun } from '../evaluation/validate.ts';
import { writeAtomically } from '../files/write-atomically.ts';
import { type LoopEnd, trainingLoop } from '../training/training-loop.ts';
import { checkCallbacks } from './check-callbacks.ts';
import { compose, parts } from './compose.ts';
import type { Container } from './container.ts';
import { describeEnvironment } from './environment.ts';
import { evaluateRun } from './evaluate-run.ts';
import { RunCheckpoints } from './run-checkpoints.ts';
import { cutLog, openRunFolder } from './run-folder.ts';
import { openRunLog } from './run-log.ts';
import { type RunResults, readRunResults } from './run-results.ts';
import { trainingProgress } from './training-progress.ts';

export interface TrainOptions {
  readonly experiment: Experiment;
  readonly catalogue: Catalogue;
  /** Folder of the run. */
  readonly folder: string;
  /** Go on with the run that the folder holds. */
  readonly resume?: boolean;
  readonly reporter?: Reporter;
  /** Aborting lets the step finish, saves, and returns with reason 'interrupted'. */
  readonly signal?: AbortSignal;
  /** Replaces parts of the run before anything is made. */
  readonly customise?: (container: Container) => void;
}

export type TrainOutcome =
  | { readonly reason: 'interrupted'; readonly position: LoopEnd['position'] }
  | { readonly reason: 'finished' | 'stopped'; readonly position: LoopEnd['position']; readonly results: RunResults };

/** The whole story of a run, from an experiment to its figures. */
export async function train({
  experiment,
  catalogue,
  folder: path,
  resume = false,
  reporter = silentReporter,
  signal,
  customise,
}: TrainOptions): Promise<TrainOutcome> {
  using folder = openRunFolder(path, { resume });
  const finished = readRunResults(folder.results);
  if (finished) {
    reporter.notice(`${path} is finished already: nothing is left to do`);
    return { reason: 'finished', position: { epoch: finished.epochs, step: 0, counts: finished.steps }, results: finished };
  }
  const engine = await loadEngine({
    engine: experiment.engine,
    notice: reporter.notice,
    ...(experiment.threads === undefined ? {} : { threads: experiment.threads }),
  });
  await using container = compose({ experiment, catalogue, reporter });
  customise?.(container);

  // Data first: what is wrong there should cost nothing, and leave no folder that looks like a run.
  const domains = await container.get(parts.domains);
  const { classes, sources } = domains;
  const protocol = recordProtocol(experiment, domains);
  reporter.notice(renderProtocol(protocol));
  const batches = await container.get(parts.batches);
  const { risk, auxiliaries } = await container.get(parts.losses);
  const model = await container.get(parts.model);
  const [optimizer, updateRule, callbacks] = [container.get(parts.optimizer), container.get(parts.updateRule), container.get(parts.callbacks)];
  checkCallbacks(callbacks, {
    names: experiment.callbacks.map(({ use }) => use),
    heldOut: sources.some(({ heldOut }) => heldOut.length > 0),
    figures: container.get(parts.metrics).flatMap(({ name, definition }) => (definition.classes === 'binary' && classes.length !== 2 ? [] : [name])),
    steps: experiment.train.epochs * batches.stepsPerEpoch,
  });

  const checkpoints = new RunCheckpoints({ folder: folder.checkpoints, classes, weights: model.weights, optimizer, updateRule, callbacks });
  const start = resume ? await checkpoints.restoreLatest(reporter) : undefined;
  if (!resume) writeAtomically(folder.experiment, showExperiment(experiment));
  writeAtomically(folder.environment, `${JSON.stringify(await describeEnvironment(engine), null, 2)}\n`);
  cutLog(folder.log, start?.logBytes ?? 0);
  using log = openRunLog(folder.log);
  const before = start?.seconds ?? 0;
  const started = performance.now();
  const seconds = () => before + (performance.now() - started) / 1000;
  const where = (position: LoopEnd['position']) => ({ position, logBytes: log.size(), seconds: seconds() });

  const { epochs, freeze, clipNorm, evaluateEvery, checkpointEvery } = experiment.train;
  let last: { readonly epoch: number; readonly validation: RunValidation | undefined } | undefined;
  const end = await trainingLoop(
    {
      model,
      risk,
      auxiliaries,
      optimizer,
      updateRule,
      schedule: container.get(parts.schedule),
      callbacks,
      batches,
      domains: sources.map(({ name }) => name),
      settings: { epochs, warmupEpochs: experiment.optimizer.warmupEpochs, freeze, ...(clipNorm === undefined ? {} : { clipNorm }) },
      onStep: trainingProgress(reporter, log),
      async onEpoch({ epoch }) {
        const due = epoch === epochs || (evaluateEvery > 0 && epoch % evaluateEvery === 0);
        if (due) last = { epoch, validation: await validateRun(container) };
        const figures = due ? last?.validation?.figures : undefined;
        log.write({ event: 'epoch', epoch: epoch - 1, ...(figures ? { validation: figures } : {}) });
        return figures;
      },
      async afterEpoch(position) {
        if (position.epoch % checkpointEvery === 0) await checkpoints.save(where(position));
      },
      async heldOutLoss({ step, epoch }) {
        const loss = await heldOutLoss(container);
        log.write({ event: 'held-out loss', step, epoch, loss });
        return loss;
      },
      ...(signal ? { signal } : {}),
    },
    start?.position,
  );
  const checkpoint = await checkpoints.save(where(end.position));
  log.write({ event: 'end', reason: end.reason, steps: end.position.counts, ...(end.because === undefined ? {} : { because: end.because }) });
  log.flush();
  if (end.reason === 'interrupted') return { reason: 'interrupted', position: end.position };
  if (end.because !== undefined) reporter.notice(`stopped after epoch ${end.position.epoch - 1}: ${end.because}`);
  warnWithoutMethodSteps(experiment, end, reporter);

  const trained = seconds();
  try {
    const results = await evaluateRun(container, {
      checkpoint,
      method: experiment.optimizer.use,
      classes,
      epochs: end.position.epoch,
      steps: end.position.counts,
      trainingSeconds: trained,
      scores: folder.scores,
      protocol,
      offers: callbacks.flatMap(({ offers }) => offers ?? []),
      weights: folder.weights,
      ...(last?.epoch === end.position.epoch ? { validation: last.validation } : {}),
      ...(signal ? { signal } : {}),
    });
    writeAtomically(folder.results, `${JSON.stringify(results, null, 2)}\n`);
    return { reason: end.reason, position: end.position, results };
  } catch (error) {
    // The last checkpoint is whole: going on means evaluating it.
    if (signal?.aborted && error instanceof Error && error.name === 'AbortError') return { reason: 'interrupted', position: end.position };
    throw error;
  }
}

/** A run that asked for a method and took none of its steps trained plain ERM: nobody should find that out from a table. */
function warnWithoutMethodSteps({ optimizer, train: { epochs } }: Experiment, { position: { counts } }: LoopEnd, reporter: Reporter): void {
  if ((counts[optimizer.use] ?? 0) > 0) return;
  const taken = Object.entries(counts).map(([kind, n]) => `${n} of kind ${kind}`);
  reporter.warn(
    `NO STEP OF '${optimizer.use}' WAS TAKEN: ${taken.length > 0 ? taken.join(', ') : 'no steps at all'} (optimizer.warmupEpochs is ${optimizer.warmupEpochs}, train.epochs is ${epochs}); this run is not a run of '${optimizer.use}'`,
  );
}
