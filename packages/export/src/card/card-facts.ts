import { existsSync, readdirSync } from 'node:fs';
import { basename, extname, join, resolve } from 'node:path';
import {
  cannot,
  type Decision,
  heldOutName,
  type RunPaths,
  type RunResults,
  rawWeights,
  readBounded,
  readDecisions,
  readRunResults,
  readScores,
  runPaths,
  suggestion,
} from '@gradalign/core';
import { type Aggregate, type FiguresByLevel, figures, type ParsedScores } from '@gradalign/metrics';

/** Figures of one target under both ways to choose the threshold. */
export interface TestedTarget {
  readonly name: string;
  readonly literature: FiguresByLevel;
  /** At the threshold that was fixed on held-out source data; absent where there was none. */
  readonly deployable?: FiguresByLevel;
}

/** Figures of one target and level by name, as the run's own metrics gave them; why one is missing is text. */
export interface MeasuredTarget {
  readonly name: string;
  readonly level: 'image' | 'video';
  readonly n: number;
  readonly figures: Readonly<Record<string, number | string>>;
}

/** What a model card says about a run. */
export interface CardFacts {
  readonly name: string;
  readonly results: RunResults;
  readonly weights: string;
  readonly tested: readonly TestedTarget[];
  /** With more than two classes: what the run measured on each target, in place of `tested`. */
  readonly measured: readonly MeasuredTarget[];
  /** Why a target has no figures here, by name. */
  readonly untested: Readonly<Record<string, string>>;
  readonly decisions: ReadonlyMap<string, Decision>;
  readonly environment: Readonly<Record<string, unknown>>;
  /** The experiment as the run keeps it. */
  readonly experiment: string;
}

/**
 * Reads what a finished run left behind. Neither the data nor the engine are needed.
 *
 * @throws UserError where the folder holds no finished run, or weights of that name were not offered
 */
export async function cardFacts(folder: string, weights: string): Promise<CardFacts> {
  const paths = runPaths(folder);
  if (!existsSync(paths.experiment))
    throw cannot(`write a card of ${folder}`, 'it holds no experiment.yaml', 'the folder of a run (made by gradalign train)', { exitCode: 2 });
  const results = readRunResults(paths.results);
  if (!results) throw cannot(`write a card of ${folder}`, 'the run has not finished', 'a finished one (gradalign train --resume)');
  const offered = figuresOf(folder, results, weights);
  const { tested, untested } = results.classes.length === 2 ? await readTargets(paths, results, weights, offered) : { tested: [], untested: {} };
  return {
    name: basename(resolve(folder)),
    results,
    weights,
    tested,
    measured: results.classes.length === 2 ? [] : measuredTargets(offered),
    untested,
    decisions: new Map([...readDecisions(paths)].filter(([, decision]) => decision.weights === weights)),
    environment: readEnvironment(paths),
    experiment: readBounded(paths.experiment, 2 ** 24).toString(),
  };
}

function figuresOf(folder: string, results: RunResults, weights: string): Pick<RunResults, 'thresholds' | 'evaluation'> {
  if (weights === rawWeights) return results;
  const found = results.weights && Object.hasOwn(results.weights, weights) ? results.weights[weights] : undefined;
  if (found && !('error' in found)) return found;
  const known = [rawWeights, ...Object.keys(results.weights ?? {})];
  throw cannot(
    `write a card of ${folder} with weights '${weights}'`,
    'no callback of the run offered them',
    `one of ${known.join(', ')}${suggestion(weights, known)}`,
    { exitCode: 2 },
  );
}

function measuredTargets({ evaluation }: Pick<RunResults, 'evaluation'>): MeasuredTarget[] {
  const said = (value: unknown) => (typeof value === 'number' ? value : String((value as { readonly error?: unknown } | null)?.error ?? 'not measured'));
  const { domains = {} } = evaluation && 'figures' in evaluation ? (evaluation.figures ?? {}) : {};
  return Object.entries(domains).flatMap(([name, { frame, video }]) =>
    (
      [
        ['image', frame],
        ['video', video],
      ] as const
    ).map(([level, { n, figures: of }]) => ({
      name,
      level,
      n,
      figures: Object.fromEntries(Object.entries(of).map(([figure, value]) => [figure, said(value)])),
    })),
  );
}

async function readTargets(paths: RunPaths, results: RunResults, weights: string, { thresholds }: Pick<RunResults, 'thresholds'>) {
  const folder = weights === rawWeights ? paths.scores : join(paths.scores, weights);
  const files = existsSync(folder) ? readdirSync(folder).filter((file) => extname(file) === '.csv' && file !== `${heldOutName}.csv`) : [];
  const tested: TestedTarget[] = [];
  const untested: Record<string, string> = {};
  for (const file of files.sort()) {
    const name = basename(file, '.csv');
    try {
      const parsed = await readScores(join(folder, file), { duplicates: 'keep', nonResponse: 'count' });
      const scores = { ...parsed, scores: rankedBy(parsed, thresholds) };
      const aggregate: Aggregate = results.evaluation?.aggregate ?? 'mean';
      const fixed = 'error' in thresholds ? undefined : { threshold: thresholds.frame.value, videoThreshold: thresholds.video.value };
      tested.push({ name, literature: figures(scores, { aggregate }), ...(fixed ? { deployable: figures(scores, { aggregate, ...fixed }) } : {}) });
    } catch (error) {
      untested[name] = (error as Error).message;
    }
  }
  return { tested, untested };
}

/** What thresholds of the run are compared with. */
function rankedBy({ scores, logits }: ParsedScores, thresholds: RunResults['thresholds']): Float64Array {
  const byLogit = 'error' in thresholds || thresholds.scale === 'logit';
  return byLogit && logits?.every(Number.isFinite) ? logits : scores;
}

function readEnvironment({ environment }: RunPaths): Readonly<Record<string, unknown>> {
  try {
    const read: unknown = JSON.parse(readBounded(environment, 2 ** 24).toString());
    return typeof read === 'object' && read !== null ? (read as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
