import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { loadEngine } from '@gradalign/engine';
import type { Catalogue } from '../configuration/catalogue.ts';
import { type LoadOptions, loadExperiment } from '../configuration/load-experiment.ts';
import { suggestion } from '../configuration/nearest-name.ts';
import { cannot } from '../contracts/errors.ts';
import type { Experiment } from '../contracts/experiment.ts';
import type { Risk } from '../contracts/loss.ts';
import type { Model } from '../contracts/model.ts';
import type { Reporter } from '../contracts/reporter.ts';
import type { Seed } from '../contracts/seed.ts';
import type { Unavailable } from '../contracts/unavailable.ts';
import type { Domains } from '../data/read-domains.ts';
import type { NamedMetric } from '../evaluation/compute-figures.ts';
import type { OfferedWeightsResults } from '../evaluation/evaluate-offer.ts';
import type { OperatingPoints } from '../evaluation/operating-point.ts';
import { latestCheckpoint, loadCheckpoint } from '../files/checkpoint.ts';
import type { ImageLoader } from '../images/image-loader.ts';
import { rawWeights } from './check-callbacks.ts';
import { compose, parts } from './compose.ts';
import { restoreWeights } from './restore-weights.ts';
import { type RunPaths, runPaths } from './run-folder.ts';
import { type RunResults, readRunResults } from './run-results.ts';

/** A trained model with all that belongs to it, read from a run's folder. */
export interface TrainedRun extends AsyncDisposable {
  readonly paths: RunPaths;
  readonly experiment: Experiment;
  /** What the run's plugins offer. */
  readonly catalogue: Catalogue;
  readonly seed: Seed;
  readonly model: Model;
  readonly risk: Risk;
  readonly loader: ImageLoader;
  readonly reporter: Reporter;
  readonly metrics: readonly NamedMetric[];
  /** The data sets of the experiment, read when they are first asked for. */
  domains(): Promise<Domains>;
  /** Name of the checkpoint that the weights come from, or after which a callback offered them. */
  readonly checkpoint: string;
  /** Which weights: `raw`, or the name under which a callback offered them. */
  readonly weights: string;
  readonly classes: readonly string[];
  /** Fixed on the held-out source share with these weights; or why there are none. */
  readonly thresholds: OperatingPoints | Unavailable;
  /** Absent where the run was never finished. */
  readonly results?: RunResults;
}

export interface OpenRunOptions extends LoadOptions {
  readonly reporter: Reporter;
  /** Name of a checkpoint; default: the one that the results were made with, else the latest. */
  readonly checkpoint?: string;
  /** `swad`, `best`: weights that a callback offered when the run ended; default: `raw`, the run's own. */
  readonly weights?: string;
  /** The data sets are not read: the model was carried to another machine, say. */
  readonly withoutData?: boolean;
}

export async function openTrainedRun(
  folder: string,
  { reporter, checkpoint, weights = rawWeights, withoutData = false, ...options }: OpenRunOptions,
): Promise<TrainedRun> {
  const paths = runPaths(folder);
  if (!existsSync(paths.experiment))
    throw cannot(`open the run ${folder}`, 'it holds no experiment.yaml', 'the folder of a run (made by gradalign train)', { exitCode: 2 });
  const { experiment, catalogue } = await loadExperiment(paths.experiment, options);
  const results = readRunResults(paths.results);
  const offered = weights === rawWeights ? undefined : findOffered(folder, weights, results, checkpoint);
  const name = checkpoint ?? results?.checkpoint ?? latestCheckpoint(paths.checkpoints)?.name;
  if (name === undefined) throw cannot(`open the run ${folder}`, 'it has no checkpoint', 'at least one: resume the run');
  await loadEngine({ engine: experiment.engine, notice: reporter.notice, ...(experiment.threads === undefined ? {} : { threads: experiment.threads }) });
  using saved = await loadCheckpoint(offered ? join(paths.weights, weights) : join(paths.checkpoints, name));
  const { classes } = saved.values as { readonly classes: readonly string[] };
  const container = compose({ experiment, catalogue, reporter, withoutInitialWeights: true });
  if (withoutData) container.replace(parts.domains, async () => ({ classes, sources: [], targets: [] }));
  const model = await container.get(parts.model);
  restoreWeights(model.weights, saved.weights, offered ? `weights ${weights}` : `checkpoint ${name}`);
  return {
    paths,
    experiment,
    catalogue,
    seed: container.get(parts.seed),
    model,
    risk: (await container.get(parts.losses)).risk,
    loader: container.get(parts.loader),
    reporter,
    metrics: container.get(parts.metrics),
    domains: () => container.get(parts.domains),
    checkpoint: name,
    weights,
    classes,
    thresholds: (offered ?? results)?.thresholds ?? { error: 'the run was not finished, so that no threshold was fixed' },
    ...(results ? { results } : {}),
    [Symbol.asyncDispose]: () => container[Symbol.asyncDispose](),
  };
}

function findOffered(folder: string, name: string, results: RunResults | undefined, checkpoint: string | undefined): OfferedWeightsResults {
  const what = `open the run ${folder} with weights '${name}'`;
  const usage = { exitCode: 2 } as const;
  if (checkpoint !== undefined) throw cannot(what, `checkpoint '${checkpoint}' is asked for too`, 'one of the two', usage);
  if (!results)
    throw cannot(what, 'it is not finished, and callbacks offer weights at the end', `a finished run (gradalign train --resume), or ${rawWeights}`, usage);
  const found = results.weights?.[name];
  if (found && 'error' in found) throw cannot(what, `there are none: ${found.error}`, rawWeights, usage);
  if (found) return found;
  const others = Object.entries(results.weights ?? {}).flatMap(([each, of]) => ('error' in of ? [] : [each]));
  if (others.length === 0) throw cannot(what, 'no callback of the run offered any', rawWeights, usage);
  const known = [rawWeights, ...others];
  throw cannot(what, 'no callback of the run offered weights of that name', `one of ${known.join(', ')}${suggestion(name, known)}`, usage);
}
