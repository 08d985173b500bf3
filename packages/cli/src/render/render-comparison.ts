import { type Comparison, renderTable } from '@gradalign/core';
import { comparisonTables, leftOut } from './comparison-tables.ts';

/** The tables of a study as plain text, its figures first; then which runs failed or are missing, and where the runs are. */
export function renderComparison(comparison: Comparison): string {
  const { rows, runs, missing, failed } = comparison;
  const reused = runs.filter((run) => run.reused).length;
  const [first, ...others] = comparisonTables(comparison);
  const again = missing > 0 ? `; ${missing} missing: run the same command again to continue` : '';
  const figures = rows.length > 0 && first ? [renderTable([first.head, ...first.rows], first.left), ...first.notes] : ['no run is finished'];
  const rest = rows.length > 0 ? others : first ? [first, ...others] : [];
  return [
    ...figures,
    ...rest.flatMap((table) => ['', table.title, renderTable([table.head, ...table.rows], table.left), ...table.notes]),
    ...(rest.length > 0 ? [''] : []),
    `${runs.length} runs${reused > 0 ? `, ${reused} of them reused` : ''}${again}`,
    ...(missing > 0 || failed.length > 0 ? leftOut(comparison).map((sentence) => `  ${sentence}`) : []),
    ...runs.map(({ folder }) => `  ${folder}`),
  ].join('\n');
}
