import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { Type } from '@sinclair/typebox';
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
import { LeftOutLedger } from '../data/left-out.ts';
import type { Domains } from '../data/read-domains.ts';
import type { NamedMetric } from '../evaluation/compute-figures.ts';
import type { OfferedWeightsResults } from '../evaluation/evaluate-offer.ts';
import type { OperatingPoint, OperatingPoints } from '../evaluation/operating-point.ts';
import type { ScoreScale } from '../evaluation/score-scale.ts';
import { type Checkpoint, loadCheckpoint, loadLatestCheckpoint } from '../files/checkpoint.ts';
import { shapeProblem } from '../files/shape-problem.ts';
import { unsafeName } from '../files/unsafe-name.ts';
import type { ImageLoader } from '../images/image-loader.ts';
import { rawWeights } from './check-callbacks.ts';
import { checkOpened } from './check-opened.ts';
import { compose, parts } from './compose.ts';
import { experimentEngine } from './experiment-engine.ts';
import { loadDomains } from './load-domains.ts';
import { restoreWeights } from './restore-weights.ts';
import { type RunPaths, runPaths } from './run-folder.ts';
import { type RunResults, readRunResults } from './run-results.ts';

/** A trained model with everything that belongs to it, read from a run's folder. Disposing it disposes the model and closes the loader. */
export interface TrainedRun extends AsyncDisposable {
  /** The run's folder and its files. */
  readonly paths: RunPaths;
  /** As the run's `experiment.yaml` has it, with the overrides of `LoadOptions`. */
  readonly experiment: Experiment;
  /** What the run's plugins offer. */
  readonly catalogue: Catalogue;
  /** The seed of the experiment. */
  readonly seed: Seed;
  /** Holds the restored weights and running statistics. */
  readonly model: Model;
  /** Turns logits into probabilities. */
  readonly risk: Risk;
  /** Loads images at the model's size, without augmentation unless views are asked for with keys. */
  readonly loader: ImageLoader;
  /** The one passed to `openTrainedRun`. */
  readonly reporter: Reporter;
  /** Those of `evaluate.metrics`. */
  readonly metrics: readonly NamedMetric[];
  /** The experiment's data sets, read on the first call. */
  domains(): Promise<Domains>;
  /** Name of the checkpoint that the weights come from, or after which a callback offered them: `epoch-0010`. */
  readonly checkpoint: string;
  /** Which weights: `raw`, or the name under which a callback offered them. */
  readonly weights: string;
  /** Names of the classes, by label. */
  readonly classes: readonly string[];
  /** Thresholds fixed on the held-out source share with these weights, or with those that `from` names; or why there are none. */
  readonly thresholds: OperatingPoints | Unavailable;
  /** What its thresholds are compared with. A run of an older version has probabilities, and is scored by them still. Absent without thresholds. */
  readonly scale?: ScoreScale;
  /** Absent if the run has not finished. */
  readonly results?: RunResults;
}

/** Options of `openTrainedRun`. */
export interface OpenRunOptions extends LoadOptions {
  /** Receives notices, warnings and progress. */
  readonly reporter: Reporter;
  /** Name of a checkpoint; default: the one that the results come from, else the latest. */
  readonly checkpoint?: string;
  /** Name of weights that a callback offered when the run ended (`swad`, `best`); default: `raw`, the run's own. */
  readonly weights?: string;
  /** Does not read the data sets (because the model was moved to another machine, say): `domains()` is then empty; default: false. */
  readonly withoutData?: boolean;
}

/**
 * Opens a trained model from its run's folder. Loads the engine. The caller disposes the result.
 *
 * @throws UserError if the folder holds no run or no checkpoint, a checkpoint is damaged or does not fit the network, or there are no weights of the name
 * asked for; ConfigurationError if its experiment is not valid.
 */
export async function openTrainedRun(
  folder: string,
  { reporter, checkpoint, weights = rawWeights, withoutData = false, ...options }: OpenRunOptions,
): Promise<TrainedRun> {
  const paths = runPaths(folder);
  if (!existsSync(paths.experiment))
    throw cannot(`open the run ${folder}`, 'it holds no experiment.yaml', 'the folder of a run (made by gradalign train)', { exitCode: 2 });
  const { experiment, catalogue } = await loadExperiment(paths.experiment, { anyNames: true, ...options, isRun: true });
  const results = readRunResults(paths.results);
  const offered = weights === rawWeights ? undefined : findOffered(folder, weights, results, checkpoint);
  const asked = checkpoint ?? results?.checkpoint;
  const unsafe = (asked === undefined ? undefined : unsafeName(asked)) ?? unsafeName(weights);
  if (unsafe !== undefined)
    throw cannot(
      `open the run ${folder}`,
      `checkpoint ${JSON.stringify(asked)}, weights ${JSON.stringify(weights)}: ${unsafe}`,
      'names of folders in the run',
      {
        exitCode: 2,
      },
    );
  await experimentEngine(experiment, reporter);
  using saved = await (offered
    ? loadCheckpoint(join(paths.weights, weights))
    : asked === undefined
      ? loadLatest(folder, paths.checkpoints, reporter)
      : loadCheckpoint(join(paths.checkpoints, asked)));
  if (offered) requireOffered(saved, offered, folder);
  else if ((options.set ?? []).length === 0) checkOpened(saved, { folder, experiment, catalogue, results });
  const name = offered ? (asked as string) : saved.name;
  if (results && name !== results.checkpoint) reporter.warn(`thresholds were fixed with the weights of ${results.checkpoint}, not with those of ${name}`);
  const { classes } = withClasses(saved);
  const container = compose({ experiment, catalogue, reporter, folder, withoutInitialWeights: true });
  // The network needs the names of the classes, not the data.
  container.replace(parts.domains, async () => ({ classes, sources: [], targets: [], leftOut: new LeftOutLedger() }));
  let domains: Promise<Domains> | undefined;
  const model = await container.get(parts.model);
  restoreWeights(model.weights, saved.weights, offered ? `weights ${weights}` : `checkpoint ${name}`);
  const fixed = (offered ?? results)?.thresholds ?? { error: 'the run has not finished, so no threshold was fixed' };
  const thresholds = results && name !== results.checkpoint ? ofOtherWeights(fixed, results.checkpoint) : fixed;
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
    domains() {
      domains ??= withoutData ? container.get(parts.domains) : loadDomains(experiment, catalogue, container.get(parts.seed), reporter);
      return domains;
    },
    checkpoint: name,
    weights,
    classes,
    thresholds,
    ...('error' in thresholds ? {} : { scale: thresholds.scale ?? 'probability' }),
    ...(results ? { results } : {}),
    [Symbol.asyncDispose]: () => container[Symbol.asyncDispose](),
  };
}

/** The thresholds of another checkpoint are still the best that is known, and say so. */
function ofOtherWeights(thresholds: TrainedRun['thresholds'], checkpoint: string): TrainedRun['thresholds'] {
  if ('error' in thresholds) return thresholds;
  const told = (point: OperatingPoint): OperatingPoint => ({ ...point, from: `${point.from}, fixed with the weights of ${checkpoint}` });
  return { ...thresholds, frame: told(thresholds.frame), video: told(thresholds.video) };
}

async function loadLatest(folder: string, checkpoints: string, reporter: Reporter): Promise<Checkpoint> {
  let refused = 0;
  const found = await loadLatestCheckpoint(checkpoints, ({ name, why }) => {
    refused++;
    reporter.warn(`checkpoint ${name} is passed over: ${why}`);
  });
  if (!found) throw cannot(`open the run ${folder}`, refused > 0 ? 'none of its checkpoints is sound' : 'it has no checkpoint', 'at least one: resume the run');
  return found;
}

function withClasses({ name, values }: Checkpoint): { readonly classes: readonly string[] } {
  const problem = shapeProblem(Type.Object({ classes: Type.Array(Type.String()) }), values);
  if (problem !== undefined) throw cannot(`read checkpoint ${name}`, `its values are damaged: ${problem}`, 'the names of its classes');
  return values as { readonly classes: readonly string[] };
}

/** Weights under the name of those that the results are of, but not the same ones, would be judged by thresholds that are not theirs. */
function requireOffered({ name, values }: Checkpoint, { about, facts }: OfferedWeightsResults, folder: string): void {
  const saved = values as { readonly about?: unknown; readonly facts?: unknown };
  if (saved.about === about && isDeepStrictEqual(saved.facts, facts)) return;
  throw cannot(`open the run ${folder}`, `weights ${name} are not those that results.json is of (${String(saved.about)})`, `${about}`);
}

function findOffered(folder: string, name: string, results: RunResults | undefined, checkpoint: string | undefined): OfferedWeightsResults {
  const what = `open the run ${folder} with weights '${name}'`;
  const usage = { exitCode: 2 } as const;
  if (checkpoint !== undefined) throw cannot(what, `checkpoint '${checkpoint}' was asked for too`, 'one of the two', usage);
  if (!results)
    throw cannot(what, 'it has not finished, and callbacks offer weights at the end', `a finished run (gradalign train --resume), or ${rawWeights}`, usage);
  const found = results.weights && Object.hasOwn(results.weights, name) ? results.weights[name] : undefined;
  if (found && 'error' in found) throw cannot(what, `there are none: ${found.error}`, rawWeights, usage);
  if (found) return found;
  const others = Object.entries(results.weights ?? {}).flatMap(([each, of]) => ('error' in of ? [] : [each]));
  if (others.length === 0) throw cannot(what, 'no callback of the run offered any', rawWeights, usage);
  const known = [rawWeights, ...others];
  throw cannot(what, 'no callback of the run offered weights of that name', `one of ${known.join(', ')}${suggestion(name, known)}`, usage);
}
