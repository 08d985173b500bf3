import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { loadEngine } from '@gradalign/engine';
import { latestCheckpoint, loadCheckpoint } from './checkpoint.ts';
import { compose, parts } from './compose.ts';
import { type LoadOptions, loadExperiment } from './configuration/load-experiment.ts';
import type { Container } from './container.ts';
import { cannot } from './errors.ts';
import type { Experiment } from './experiment-type.ts';
import type { Model } from './model.ts';
import type { Reporter } from './reporter.ts';
import { restoreWeights } from './restore-weights.ts';
import { type RunPaths, runPaths } from './run-folder.ts';
import { type RunResults, readRunResults } from './run-results.ts';

/** A trained model with all that belongs to it, read from a run's folder. */
export interface TrainedRun extends AsyncDisposable {
  readonly paths: RunPaths;
  readonly experiment: Experiment;
  readonly container: Container;
  readonly model: Model;
  /** Name of the checkpoint that the weights come from. */
  readonly checkpoint: string;
  readonly classes: readonly string[];
  /** Absent where the run was never finished. */
  readonly results?: RunResults;
}

export interface OpenRunOptions extends LoadOptions {
  readonly reporter: Reporter;
  /** Name of a checkpoint; default: the one that the results were made with, else the latest. */
  readonly checkpoint?: string;
  /** The data sets are not read: the model was carried to another machine, say. */
  readonly withoutData?: boolean;
}

export async function openTrainedRun(folder: string, { reporter, checkpoint, withoutData = false, ...options }: OpenRunOptions): Promise<TrainedRun> {
  const paths = runPaths(folder);
  if (!existsSync(paths.experiment))
    throw cannot(`open the run ${folder}`, 'it holds no experiment.yaml', 'the folder of a run (made by gradalign train)', { exitCode: 2 });
  const { experiment, catalogue } = await loadExperiment(paths.experiment, options);
  const results = readRunResults(paths.results);
  const name = checkpoint ?? results?.checkpoint ?? latestCheckpoint(paths.checkpoints)?.name;
  if (name === undefined) throw cannot(`open the run ${folder}`, 'it has no checkpoint', 'at least one: resume the run');
  await loadEngine({ engine: experiment.engine, notice: reporter.notice, ...(experiment.threads === undefined ? {} : { threads: experiment.threads }) });
  using saved = await loadCheckpoint(join(paths.checkpoints, name));
  const { classes } = saved.values as { readonly classes: readonly string[] };
  const container = compose({ experiment, catalogue, reporter, withoutInitialWeights: true });
  if (withoutData) container.replace(parts.domains, async () => ({ classes, sources: [], targets: [] }));
  const model = await container.get(parts.model);
  restoreWeights(model.weights, saved.weights, `checkpoint ${name}`);
  return {
    paths,
    experiment,
    container,
    model,
    checkpoint: name,
    classes,
    ...(results ? { results } : {}),
    [Symbol.asyncDispose]: () => container[Symbol.asyncDispose](),
  };
}
