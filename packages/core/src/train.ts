import { loadEngine } from '@gradalign/engine';
import type { Catalogue } from './catalogue.ts';
import { compose, parts } from './compose.ts';
import { showExperiment } from './configuration/show-experiment.ts';
import type { Container } from './container.ts';
import { describeEnvironment } from './environment.ts';
import { evaluateRun } from './evaluate-run.ts';
import type { Experiment } from './experiment-type.ts';
import { recordProtocol, renderProtocol } from './protocol-record.ts';
import { type Reporter, silentReporter } from './reporter.ts';
import { RunCheckpoints } from './run-checkpoints.ts';
import { cutLog, openRunFolder } from './run-folder.ts';
import { openRunLog } from './run-log.ts';
import { type RunResults, readRunResults } from './run-results.ts';
import { type LoopEnd, trainingLoop } from './training-loop.ts';
import { trainingProgress } from './training-progress.ts';
import { validateRun } from './validate-run.ts';
import { writeAtomically } from './write-atomically.ts';

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

  const checkpoints = new RunCheckpoints({ folder: folder.checkpoints, classes, weights: model.weights, optimizer, updateRule, callbacks });
  const start = resume ? await checkpoints.restoreLatest(reporter) : undefined;
  if (!resume) writeAtomically(folder.experiment, showExperiment(experiment));
  writeAtomically(folder.environment, `${JSON.stringify(describeEnvironment(engine), null, 2)}\n`);
  cutLog(folder.log, start?.logBytes ?? 0);
  using log = openRunLog(folder.log);
  const before = start?.seconds ?? 0;
  const started = performance.now();
  const seconds = () => before + (performance.now() - started) / 1000;
  const where = (position: LoopEnd['position']) => ({ position, logBytes: log.size(), seconds: seconds() });

  const { epochs, freeze, clipNorm, evaluateEvery, checkpointEvery } = experiment.train;
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
      async onEpoch(position) {
        const due = evaluateEvery > 0 && position.epoch % evaluateEvery === 0 && position.epoch < epochs;
        const validation = due ? await validateRun(container) : undefined;
        log.write({ event: 'epoch', epoch: position.epoch - 1, ...(validation ? { validation: validation.figures } : {}) });
        if (position.epoch % checkpointEvery === 0 && position.epoch < epochs) await checkpoints.save(where(position));
        return validation?.figures;
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
  const results = await evaluateRun(container, {
    checkpoint,
    method: experiment.optimizer.use,
    classes,
    epochs: end.position.epoch,
    steps: end.position.counts,
    trainingSeconds: trained,
    scores: folder.scores,
    protocol,
  });
  writeAtomically(folder.results, `${JSON.stringify(results, null, 2)}\n`);
  return { reason: end.reason, position: end.position, results };
}

/** A run that asked for a method and took none of its steps trained plain ERM: nobody should find that out from a table. */
function warnWithoutMethodSteps({ optimizer, train: { epochs } }: Experiment, { position: { counts } }: LoopEnd, reporter: Reporter): void {
  if ((counts[optimizer.use] ?? 0) > 0) return;
  const taken = Object.entries(counts).map(([kind, n]) => `${n} of kind ${kind}`);
  reporter.warn(
    `NO STEP OF '${optimizer.use}' WAS TAKEN: ${taken.length > 0 ? taken.join(', ') : 'no steps at all'} (optimizer.warmupEpochs is ${optimizer.warmupEpochs}, train.epochs is ${epochs}); this run is not a run of '${optimizer.use}'`,
  );
}
