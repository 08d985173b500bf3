import { type Interval, interval } from '@gradalign/metrics';
import type { EvaluationBlock, EvaluationResult } from '../evaluation/evaluate-scores.ts';
import type { WeightsFigures } from '../evaluation/evaluate-weights.ts';
import { type Study, type StudyRun, studyTargets } from './study.ts';

/** The table of a study. Plain JSON. */
export interface Comparison {
  /** What `target` is in the rows. */
  readonly by: 'left out' | 'protocol';
  readonly rows: readonly ComparisonRow[];
  readonly runs: readonly { readonly method: string; readonly target: string; readonly seed: number; readonly folder: string; readonly reused: boolean }[];
  /** Runs that the study asks for and that are not there (it was interrupted). */
  readonly missing: number;
}

export interface ComparisonRow {
  /** Its name in the study; `gac + swad` for weights that a callback of its runs offered. */
  readonly method: string;
  /** Which of its runs' weights: `swad`; absent for the runs' own. */
  readonly weights?: string;
  /** The domain that was left out, or the protocol; `mean` over all of them, seed by seed. */
  readonly target: string;
  readonly seeds: number;
  /** Figures of videos by convention and metric: `literature`, `deployable`, or `figures` where there are more than two classes. */
  readonly figures: Readonly<Record<string, Readonly<Record<string, Interval>>>>;
  /** Steps of the run by kind, over all seeds the same. */
  readonly steps: Readonly<Record<string, number>>;
  /** Seconds of training, mean. */
  readonly seconds: number;
}

export function compareRuns(study: Study, runs: readonly StudyRun[]): Comparison {
  const methods = Object.keys(study.methods).flatMap((method): Measured[] => {
    const offered = runs.flatMap(({ method: of, results }) => (of === method ? Object.keys(results.weights ?? {}) : []));
    return [{ method }, ...[...new Set(offered)].map((weights) => ({ method, weights }))];
  });
  const targets = studyTargets(study);
  const of = ({ method, weights }: Measured, target: string) =>
    runs.filter((run) => run.method === method && run.target === target && (weights === undefined || figuresWith(run, weights) !== undefined));
  const rows = targets.flatMap((target) =>
    methods.flatMap((measured) =>
      row(
        measured,
        target,
        of(measured, target).map((run) => figuresOf(run, measured)),
        of(measured, target),
      ),
    ),
  );
  const means =
    targets.length < 2
      ? []
      : methods.flatMap((measured) => {
          // Only seeds that have every target count: the mean is paired.
          const whole = study.seeds.filter((seed) => targets.every((target) => of(measured, target).some((run) => run.seed === seed)));
          const own = targets.flatMap((target) => of(measured, target)).filter((run) => whole.includes(run.seed));
          return row(
            measured,
            'mean',
            whole.map((seed) => meanOf(own.filter((run) => run.seed === seed).map((run) => figuresOf(run, measured)))),
            own,
          );
        });
  return {
    by: study.protocols ? 'protocol' : 'left out',
    rows: [...rows, ...means],
    runs: runs.map(({ method, target, seed, folder, reused }) => ({ method, target, seed, folder, reused })),
    missing: study.seeds.length * targets.length * Object.keys(study.methods).length - runs.length,
  };
}

type Figures = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** A method with the runs' own weights, or with others that its callbacks offered. */
interface Measured {
  readonly method: string;
  readonly weights?: string;
}

function row({ method, weights }: Measured, target: string, figures: readonly Figures[], runs: readonly StudyRun[]): ComparisonRow[] {
  const [first] = figures;
  const [run] = runs;
  if (!first || !run) return [];
  const intervals = Object.fromEntries(
    Object.entries(first).map(([convention, metrics]) => [
      convention,
      Object.fromEntries(
        Object.keys(metrics).flatMap((metric) => {
          const values = figures.flatMap((each) => each[convention]?.[metric] ?? []);
          return values.length > 0 ? [[metric, interval(values)]] : [];
        }),
      ),
    ]),
  );
  const seconds = runs.reduce((sum, { results }) => sum + results.seconds.training, 0) / runs.length;
  const named = weights === undefined ? { method } : { method: `${method} + ${weights}`, weights };
  return [{ ...named, target, seeds: figures.length, figures: intervals, steps: run.results.steps, seconds }];
}

function figuresOf(run: StudyRun, { weights }: Measured): Figures {
  const evaluation = weights === undefined ? run.results.evaluation : figuresWith(run, weights)?.evaluation;
  return evaluation ? byConvention(evaluation) : {};
}

/** Undefined where a run has no weights of that name (no valley was found, say). */
function figuresWith({ results }: StudyRun, weights: string): WeightsFigures | undefined {
  const found = results.weights?.[weights];
  return found && !('error' in found) ? found : undefined;
}

function byConvention({ literature, deployable, figures }: EvaluationResult): Figures {
  return {
    ...(literature ? { literature: numbers(literature) } : {}),
    ...(deployable && !('error' in deployable) ? { deployable: numbers(deployable) } : {}),
    ...(figures ? { figures: numbers(figures) } : {}),
  };
}

function numbers({ pooled: { video } }: EvaluationBlock): Record<string, number> {
  return Object.fromEntries(Object.entries(video.figures).filter((entry): entry is [string, number] => typeof entry[1] === 'number'));
}

/** Means over targets, of the figures that all of them have. */
function meanOf(all: readonly Figures[]): Figures {
  const [first = {}] = all;
  return Object.fromEntries(
    Object.entries(first).map(([convention, metrics]) => [
      convention,
      Object.fromEntries(
        Object.keys(metrics).flatMap((metric) => {
          const values = all.flatMap((each) => each[convention]?.[metric] ?? []);
          return values.length === all.length ? [[metric, values.reduce((a, b) => a + b) / all.length]] : [];
        }),
      ),
    ]),
  );
}
