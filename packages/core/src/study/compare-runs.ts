import { type Interval, interval } from '@gradalign/metrics';
import type { EvaluationBlock, EvaluationResult } from '../evaluation/evaluate-scores.ts';
import type { WeightsFigures } from '../evaluation/evaluate-weights.ts';
import type { SearchOutcome } from '../search/search-choice.ts';
import { type OracleRow, oracleRows } from './oracle-rows.ts';
import type { PublishedFigures } from './published-figures.ts';
import type { StudyRun } from './study.ts';
import { type Study, studyTargets } from './study-definition.ts';
import { type MeasuredRun, type MethodTest, testMethods } from './test-methods.ts';

/** The table of a study. Plain JSON. */
export interface Comparison {
  /** What the rows' `target` names: the domain left out, or the protocol. */
  readonly by: 'left out' | 'protocol';
  /** By target, then by method and weights; the means over targets come last, if there are two or more. */
  readonly rows: readonly ComparisonRow[];
  /** The runs that the table is made of. */
  readonly runs: readonly { readonly method: string; readonly target: string; readonly seed: number; readonly folder: string; readonly reused: boolean }[];
  /** Number of runs that the study asks for and that are not finished. They are in no figure. */
  readonly missing: number;
  /** Which of them were not run yet, or were interrupted. */
  readonly absent: readonly { readonly method: string; readonly target: string; readonly seed: number }[];
  /** Which of them failed, and why. */
  readonly failed: readonly FailedStudyRun[];
  /** How epochs and thresholds were chosen, in sentences. */
  readonly selection: readonly string[];
  /** The method that the others are tested against; absent if none is named. */
  readonly baseline?: string;
  /** Every other method against the baseline; empty without one. */
  readonly tests: readonly MethodTest[];
  /** Figures chosen on the target itself; empty unless experiments ask for them. Never in `rows`. */
  readonly oracle: readonly OracleRow[];
  /** Figures of other papers; never in `rows`. */
  readonly published: readonly PublishedFigures[];
  /** Settings that were chosen on source data, with the trials; empty without a search. */
  readonly searches: readonly SearchOutcome[];
}

/** A run that failed. */
export interface FailedStudyRun {
  readonly method: string;
  readonly target: string;
  readonly seed: number;
  /** Set where it was a trial of the study's search. */
  readonly trial?: number;
  readonly folder: string;
  /** The message. */
  readonly error: string;
}

/** What a comparison holds besides the finished runs. */
export interface ComparisonExtras {
  readonly failed?: readonly FailedStudyRun[];
  readonly published?: readonly PublishedFigures[];
  readonly searches?: readonly SearchOutcome[];
  /** In place of the study's. */
  readonly baseline?: string;
}

/** One method, with one set of weights, on one target. */
export interface ComparisonRow {
  /** Its name in the study; `gac + swad` for weights that a callback of its runs offered. */
  readonly method: string;
  /** Name of the offered weights: `swad`; absent for the runs' own. */
  readonly weights?: string;
  /** The domain that was left out, or the protocol; `mean` over all of them, seed by seed. */
  readonly target: string;
  /** Number of seeds that the figures are taken over. */
  readonly seeds: number;
  /** Figures over videos, by convention (`literature` and `deployable`, or `figures` for more than two classes) and metric. */
  readonly figures: Readonly<Record<string, Readonly<Record<string, Interval>>>>;
  /** Steps of a run by kind; the same for all seeds. */
  readonly steps: Readonly<Record<string, number>>;
  /** Mean seconds of training. */
  readonly seconds: number;
}

/** The table of a study's finished runs: mean and interval over seeds of every figure; `mean` rows pair the targets by seed. */
export function compareRuns(
  study: Study,
  all: readonly StudyRun[],
  { failed: before = [], published = [], searches = [], baseline = study.baseline }: ComparisonExtras = {},
): Comparison {
  const { runs, older } = byScale(all);
  const failed = [...before, ...older];
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
          // The mean is paired: only seeds with a run on every target count.
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
    absent: Object.keys(study.methods).flatMap((method) =>
      targets.flatMap((target) =>
        study.seeds.flatMap((seed) => {
          const known = [...runs, ...failed.filter(({ trial }) => trial === undefined)].some(
            (run) => run.method === method && run.target === target && run.seed === seed,
          );
          return known ? [] : [{ method, target, seed }];
        }),
      ),
    ),
    failed,
    selection: selectionOf(runs),
    ...(baseline === undefined ? {} : { baseline }),
    tests:
      baseline === undefined
        ? []
        : testMethods(
            methods.flatMap((measured) => measuredRuns(runs, measured)),
            baseline,
          ),
    oracle: oracleRows(runs, targets, Object.keys(study.methods)),
    published,
    searches,
  };
}

/** Runs of earlier versions, which ranked by probabilities, are not averaged with runs that rank by logits: probabilities tie where logits differ. */
function byScale(all: readonly StudyRun[]): { readonly runs: readonly StudyRun[]; readonly older: readonly FailedStudyRun[] } {
  const byProbability = all.filter(({ results: { evaluation } }) => evaluation?.literature && evaluation.scale === undefined);
  if (byProbability.length === 0 || !all.some(({ results: { evaluation } }) => evaluation?.scale === 'logit')) return { runs: all, older: [] };
  const error =
    "its figures are of probabilities, as an earlier version ranked, and those of the study's other runs of logits, expected one kind in a table: move its folder away and run the study again";
  return {
    runs: all.filter((run) => !byProbability.includes(run)),
    older: byProbability.map(({ method, target, seed, folder }) => ({ method, target, seed, folder, error })),
  };
}

function measuredRuns(runs: readonly StudyRun[], measured: Measured): MeasuredRun[] {
  const { method, weights } = measured;
  return runs
    .filter((run) => run.method === method && (weights === undefined || figuresWith(run, weights) !== undefined))
    .map((run) => ({ method: nameOf(measured), target: run.target, seed: run.seed, figures: figuresOf(run, measured) }));
}

function selectionOf(runs: readonly StudyRun[]): string[] {
  const offered = [...new Set(runs.flatMap(({ results }) => Object.keys(results.weights ?? {})))];
  const conventions = new Set(runs.flatMap(({ results: { evaluation } }) => (evaluation ? Object.keys(byConvention(evaluation)) : [])));
  return [
    'epoch: the last one of each run; the target chooses nothing',
    ...(offered.length > 0 ? [`+ ${offered.join(', + ')}: weights that a callback averaged or chose during training, on source data alone`] : []),
    ...(conventions.has('literature') ? ["literature: threshold at the target's own equal error point, as in published tables"] : []),
    ...(conventions.has('deployable') ? ['deployable: threshold from held-out source data'] : []),
  ];
}

function nameOf({ method, weights }: Measured): string {
  return weights === undefined ? method : `${method} + ${weights}`;
}

type Figures = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** A method with the runs' own weights, or with others that its callbacks offered. */
interface Measured {
  readonly method: string;
  readonly weights?: string;
}

function row({ method, weights }: Measured, target: string, figures: readonly Figures[], runs: readonly StudyRun[]): ComparisonRow[] {
  const [run] = runs;
  if (figures.length === 0 || !run) return [];
  const seconds = runs.reduce((sum, { results }) => sum + results.seconds.training, 0) / runs.length;
  const named = { method: nameOf({ method, ...(weights === undefined ? {} : { weights }) }), ...(weights === undefined ? {} : { weights }) };
  return [{ ...named, target, seeds: figures.length, figures: combine(figures, interval), steps: run.results.steps, seconds }];
}

function figuresOf(run: StudyRun, { weights }: Measured): Figures {
  const evaluation = weights === undefined ? run.results.evaluation : figuresWith(run, weights)?.evaluation;
  return evaluation ? byConvention(evaluation) : {};
}

/** Undefined if the run has no weights of that name (its callback had none to offer, say). */
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
  return combine(all, (values) => (values.length === all.length ? values.reduce((a, b) => a + b) / all.length : undefined));
}

/** Combines the values of each figure of the first over all of them; leaves out a figure where `how` gives nothing. */
function combine<T>(all: readonly Figures[], how: (values: readonly number[]) => T | undefined): Record<string, Record<string, T>> {
  const [first = {}] = all;
  return Object.fromEntries(
    Object.entries(first).map(([convention, metrics]) => [
      convention,
      Object.fromEntries(
        Object.keys(metrics).flatMap((metric) => {
          const combined = how(all.flatMap((each) => each[convention]?.[metric] ?? []));
          return combined === undefined ? [] : [[metric, combined]];
        }),
      ),
    ]),
  );
}
