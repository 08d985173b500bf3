import type { Comparison, ComparisonRow } from '@gradalign/core';
import type { Interval } from '@gradalign/metrics';
import Table from 'cli-table3';
import { duration } from './terminal.ts';

const titles: Readonly<Record<string, string>> = { literature: 'literature', deployable: 'deployable', figures: '' };

/** The table of a study: mean and standard deviation over seeds, in percent. */
export function renderComparison({ by, rows, runs, missing }: Comparison): string {
  const columns = [
    ...new Set(
      rows.flatMap(({ figures }) =>
        Object.entries(figures).flatMap(([convention, metrics]) => Object.keys(metrics).map((metric) => `${convention}/${metric}`)),
      ),
    ),
  ];
  const table = new Table({
    head: [by, 'method', 'seeds', ...columns.map(title), 'steps', 'time'],
    colAligns: ['left', 'left', 'right', ...columns.map(() => 'right' as const), 'left', 'right'],
    style: { head: [], border: [], compact: true },
  });
  for (const row of rows) table.push([row.target, row.method, row.seeds, ...columns.map((column) => cell(row, column)), steps(row), duration(row.seconds)]);
  const reused = runs.filter((run) => run.reused).length;
  return [
    rows.length > 0 ? table.toString() : 'no run is finished',
    `Percent, mean ± standard deviation over seeds, of videos.${columns.some((column) => column.startsWith('literature')) ? ' literature: threshold at the target’s own equal error point; deployable: threshold from held-out source data.' : ''}`,
    `${runs.length} runs${reused > 0 ? `, ${reused} of them reused` : ''}${missing > 0 ? `; ${missing} are missing: the same command goes on` : ''}`,
    ...runs.map(({ folder }) => `  ${folder}`),
  ].join('\n');
}

function title(column: string): string {
  const [convention = '', metric = ''] = column.split('/', 2);
  const name = /^(hter|auc|eer|acer|bpcer|apcer|ece)/.test(metric) || metric.startsWith('tpr') ? metric.toUpperCase() : metric;
  return titles[convention] ? `${name}\n${titles[convention]}` : name;
}

function cell({ figures }: ComparisonRow, column: string): string {
  const [convention = '', metric = ''] = column.split('/', 2);
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
