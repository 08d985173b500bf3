import { type Comparison, type ComparisonRow, type PublishedFigure, type StudyRunName, settingText } from '@gradalign/core';
import { seedOrTrial } from '@gradalign/core/rendering';
import type { Interval } from '@gradalign/metrics';
import { duration } from '../duration.ts';

/** One table of a comparison as text, for any rendering. */
export interface ComparisonTable {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** How many columns at the left are text. */
  readonly left: number;
  /** What a reader has to know, in sentences. */
  readonly notes: readonly string[];
}

/**
 * All tables of a comparison: its figures, the tests, what was chosen on the target, and other papers' figures, each in a table of its own.
 * `byConvention` makes a table for each convention, for pages that are not wide.
 */
export function comparisonTables(comparison: Comparison, { byConvention = false }: { readonly byConvention?: boolean } = {}): ComparisonTable[] {
  const conventions = [...new Set(comparison.rows.flatMap(({ figures }) => Object.keys(figures)))];
  const figures = byConvention ? conventions.map((convention) => figureTable(comparison, [convention])) : [figureTable(comparison, conventions)];
  return [
    ...(comparison.rows.length + comparison.failed.length > 0 ? figures : []),
    ...(comparison.tests.length > 0 ? [testTable(comparison)] : []),
    ...(comparison.searches.length > 0 ? [searchTable(comparison)] : []),
    ...(comparison.oracle.length > 0 ? [oracleTable(comparison)] : []),
    ...comparison.published.map((published) => publishedTable(published, comparison.by)),
  ];
}

/** Runs without figures, by name, in sentences; empty if all are finished. */
export function leftOut({ failed, absent, missing, runs }: Comparison): string[] {
  const name = (run: StudyRunName) => `${run.method}, ${run.target}, ${seedOrTrial(run)}`;
  return [
    ...failed.map((run) => `failed, in no figure: ${name(run)}: ${run.error.split('\n')[0]}`),
    ...absent.map((run) => `not finished, in no figure: ${name(run)}`),
    ...(missing > 0 && failed.length + absent.length === 0 ? [`${missing} of ${runs.length + missing} runs are missing`] : []),
  ];
}

function figureTable(comparison: Comparison, conventions: readonly string[]): ComparisonTable {
  const { by, rows, selection } = comparison;
  const single = conventions.length === 1 ? conventions[0] : undefined;
  const columns = conventions.flatMap((convention) =>
    [...new Set(rows.flatMap(({ figures }) => Object.keys(figures[convention] ?? {})))].map((metric) => ({ convention, metric })),
  );
  return {
    title: single === undefined || single === 'figures' ? 'Figures' : `Figures, ${single}`,
    head: [
      by,
      'method',
      'seeds',
      ...columns.map(({ convention, metric }) =>
        single !== undefined || convention === 'figures' ? metricTitle(metric) : `${convention} ${metricTitle(metric)}`,
      ),
      'time',
      'steps',
    ],
    rows: withUnfinished(comparison).map((row) =>
      'figures' in row
        ? [
            row.target,
            row.method,
            [String(row.seeds), ...unfinished(comparison, row)].join(', '),
            ...columns.map(({ convention, metric }) => renderInterval(row.figures[convention]?.[metric])),
            duration(row.seconds),
            steps(row),
          ]
        : [row.target, row.method, ['0', ...unfinished(comparison, row)].join(', '), ...columns.map(() => '-'), '-', '-'],
    ),
    left: 2,
    notes: [
      "Percent, mean ± standard deviation over seeds [95% interval of the mean, Student's t], of videos.",
      ...selection
        .filter((sentence) => single === undefined || !/^(literature|deployable):/.test(sentence) || sentence.startsWith(`${single}:`))
        .map((sentence) => `${sentence}.`),
    ],
  };
}

interface Cell {
  readonly target: string;
  readonly method: string;
}

/** The rows, and after those of its target each method that has no finished run there: it is not left out without a word. */
function withUnfinished({ rows, failed, absent }: Comparison): (ComparisonRow | Cell)[] {
  const without = [...failed.filter(({ trial }) => trial === undefined), ...absent].filter((run, i, all) => {
    const same = ({ target, method }: Cell) => target === run.target && method === run.method;
    return !rows.some(same) && all.findIndex(same) === i;
  });
  const targets = [...new Set([...rows.filter(({ target }) => target !== 'mean'), ...without].map(({ target }) => target)), 'mean'];
  return targets.flatMap((target) => [...rows, ...without].filter((row) => row.target === target));
}

/** `2 failed`, `1 missing`; for a row of means nothing. */
function unfinished({ failed, absent }: Comparison, cell: Cell): string[] {
  return [[failed.filter(({ trial }) => trial === undefined), 'failed'] as const, [absent, 'missing'] as const].flatMap(([runs, word]) => {
    const n = runs.filter(({ target, method }) => target === cell.target && method === cell.method).length;
    return n > 0 ? [`${n} ${word}`] : [];
  });
}

function testTable({ baseline = '', tests }: Comparison): ComparisonTable {
  const sign = (share: number) => `${share > 0 ? '+' : ''}${percent(share)}`;
  const random = tests.some(({ permutation }) => permutation.method === 'random');
  const few = tests.filter(({ leastP }) => leastP > 0.05);
  return {
    title: `Against ${baseline}, paired by seed and target`,
    head: ['figure', 'method', 'pairs', 'difference', 'Wilcoxon p', 'corrected', 'permutation p', 'corrected'],
    rows: tests.map(({ convention, metric, method, pairs, difference, wilcoxon, permutation }) => [
      convention === 'figures' ? metricTitle(metric) : `${convention} ${metricTitle(metric)}`,
      method,
      String(pairs),
      `${sign(difference.mean)}${limits(difference)}`,
      ...[wilcoxon.p, wilcoxon.holm, permutation.p, permutation.holm].map(renderP),
    ]),
    left: 2,
    notes: [
      `Difference: method minus ${baseline}, points of percent [95% interval]. Two-sided Wilcoxon signed rank test and paired permutation test of the mean${random ? ' (more than 16 pairs: signs drawn by seed 0)' : ''}; corrected by Holm over the methods of a figure.`,
      ...(few.length > 0
        ? [`With ${[...new Set(few.map(({ pairs }) => pairs))].sort((a, b) => a - b).join(', ')} pairs no difference, however large, can have a p below 0.05.`]
        : []),
    ],
  };
}

function searchTable({ by, searches }: Comparison): ComparisonTable {
  const metrics = [...new Set(searches.flatMap(({ choice }) => choice?.choose.metric ?? []))];
  return {
    title: 'Settings chosen on source data',
    head: [by, 'method', 'settings', `held-out ${metrics.map(metricTitle).join(', ') || 'figure'}`, 'trial', 'trials', 'diverged'],
    rows: searches.map(({ method, targets, trials, waiting, choice, error }) => [
      targets.length === 1 ? (targets[0] as string) : 'all',
      method,
      choice ? describeSettings(choice.settings) : (error ?? `${waiting} trials are not finished`),
      choice ? percent(choice.figure) : '-',
      choice ? String(choice.trial) : '-',
      String(trials),
      choice ? String(choice.trials.filter(({ state }) => state === 'diverged').length) : '-',
    ]),
    left: 3,
    notes: [
      'Each method has the same number of trials, by Latin hypercube, on the source domains alone; a trial never loads the target. The best figure on the held-out share of the sources is taken.',
    ],
  };
}

/** `optimizer.rho=0.12 train.epochs=20`. */
export function describeSettings(settings: Readonly<Record<string, unknown>>): string {
  return Object.entries(settings)
    .map(([path, value]) => `${path}=${settingText(value)}`)
    .join(' ');
}

function oracleTable({ by, oracle }: Comparison): ComparisonTable {
  const metrics = [...new Set(oracle.flatMap(({ best }) => Object.keys(best)))];
  return {
    title: 'Oracle: epochs chosen on the test data itself',
    head: [
      by,
      'method',
      'seeds',
      ...metrics.map((metric) => `best epoch ${metricTitle(metric)}`),
      ...metrics.map((metric) => `last ten ${metricTitle(metric)}`),
    ],
    rows: oracle.map(({ target, method, seeds, best, lastTen, lastTenDeviation }) => [
      target,
      method,
      String(seeds),
      ...metrics.map((metric) => renderInterval(best[metric])),
      ...metrics.map((metric) => {
        const mean = lastTen[metric]?.mean;
        return mean === undefined ? '' : `${percent(mean)} ± ${percent(lastTenDeviation[metric] ?? 0)}`;
      }),
    ]),
    left: 2,
    notes: [
      'As published code prints: the best epoch by AUC - HTER on the target, over seeds; the last ten evaluations of the target, ± their standard deviation within a run. Nobody can have these figures in use; they are in no other table and in no test.',
    ],
  };
}

function publishedTable({ source, url, note, methods }: Comparison['published'][number], by: string): ComparisonTable {
  const rows = Object.entries(methods).flatMap(([method, targets]) => Object.entries(targets).map(([target, figures]) => ({ method, target, figures })));
  const metrics = [...new Set(rows.flatMap(({ figures }) => Object.keys(figures)))];
  return {
    title: `Published figures: ${source}`,
    head: [by, 'method', ...metrics.map(metricTitle)],
    rows: rows.map(({ method, target, figures }) => [target, method, ...metrics.map((metric) => renderPublished(figures[metric]))]),
    left: 2,
    notes: [`Percent, as printed there, not run here; data, choice of epoch and thresholds are the source's.`, ...[note, url].flatMap((text) => text ?? [])],
  };
}

/** `HTER` for `hter`; names of other metrics stay. */
function metricTitle(metric: string): string {
  return /^(hter|auc|eer|acer|bpcer|apcer|ece|tpr)/.test(metric) ? metric.toUpperCase() : metric;
}

function renderInterval(value: Interval | undefined): string {
  if (!value) return '';
  return `${percent(value.mean)}${value.deviation === undefined ? '' : ` ± ${percent(value.deviation)}`}${limits(value)}`;
}

function limits({ mean, half95 }: Interval): string {
  return half95 === undefined ? '' : ` [${percent(Math.max(0, mean - half95))}, ${percent(Math.min(1, mean + half95))}]`;
}

function renderPublished(figure: PublishedFigure | undefined): string {
  if (!figure) return '';
  return `${percent(figure.mean)}${figure.deviation === undefined ? '' : ` ± ${percent(figure.deviation)}`}`;
}

function renderP(p: number): string {
  return p < 0.0001 ? '<0.0001' : p.toFixed(4);
}

function percent(share: number): string {
  return (share * 100).toFixed(2);
}

/** `60 erm, 90 gac`. */
function steps({ steps: counts }: ComparisonRow): string {
  return Object.entries(counts)
    .map(([kind, n]) => `${n} ${kind}`)
    .join(', ');
}
