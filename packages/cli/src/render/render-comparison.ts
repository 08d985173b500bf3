import { type Comparison, type ComparisonRow, renderTable } from '@gradalign/core';
import type { Interval } from '@gradalign/metrics';
import { duration } from '../duration.ts';

/** The table of a study: mean and standard deviation over seeds, in percent. */
export function renderComparison({ by, rows, runs, missing }: Comparison): string {
  const columns = [
    ...new Set(
      rows.flatMap(({ figures }) =>
        Object.entries(figures).flatMap(([convention, metrics]) => Object.keys(metrics).map((metric) => `${convention}/${metric}`)),
      ),
    ),
  ].map(parseColumn);
  const table = [
    [by, 'method', 'seeds', ...columns.map(({ title }) => title), 'time', 'steps'],
    ...rows.map((row) => [row.target, row.method, String(row.seeds), ...columns.map((column) => cell(row, column)), duration(row.seconds), steps(row)]),
  ];
  const reused = runs.filter((run) => run.reused).length;
  const conventions = columns.some(({ convention }) => convention === 'literature')
    ? " literature: threshold at the target's own equal error rate; deployable: threshold from held-out source data."
    : '';
  return [
    rows.length > 0 ? renderTable(table, 2) : 'no run is finished',
    `Percent, mean ± standard deviation over seeds, of videos.${conventions}`,
    `${runs.length} runs${reused > 0 ? `, ${reused} of them reused` : ''}${missing > 0 ? `; ${missing} missing: run the same command again to continue` : ''}`,
    ...runs.map(({ folder }) => `  ${folder}`),
  ].join('\n');
}

interface Column {
  readonly convention: string;
  readonly metric: string;
  readonly title: string;
}

/** `literature/hter` has the title `literature HTER`; a metric of no convention has its name alone. */
function parseColumn(column: string): Column {
  const [convention = '', metric = ''] = column.split('/', 2);
  const name = /^(hter|auc|eer|acer|bpcer|apcer|ece|tpr)/.test(metric) ? metric.toUpperCase() : metric;
  return { convention, metric, title: convention === 'figures' ? name : `${convention} ${name}` };
}

function cell({ figures }: ComparisonRow, { convention, metric }: Column): string {
  const value = figures[convention]?.[metric];
  return value ? percent(value) : '';
}

function percent({ mean, deviation }: Interval): string {
  return `${(mean * 100).toFixed(2)}${deviation === undefined ? '' : ` ± ${(deviation * 100).toFixed(2)}`}`;
}

/** `60 erm, 90 gac`. */
function steps({ steps: counts }: ComparisonRow): string {
  return Object.entries(counts)
    .map(([kind, n]) => `${n} ${kind}`)
    .join(', ');
}
