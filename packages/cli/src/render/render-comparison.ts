import { type Comparison, renderTable } from '@gradalign/core';
import { type ComparisonTable, comparisonTables, leftOut } from './comparison-tables.ts';
import { visible } from './visible.ts';

/** The tables of a study as plain text, its figures first; then which runs failed or are missing, and where the runs are. */
export function renderComparison(comparison: Comparison): string {
  const { rows, runs, missing, failed } = comparison;
  const reused = runs.filter((run) => run.reused).length;
  const [first, ...others] = comparisonTables(comparison);
  const again = missing > 0 ? `; ${missing} missing: run the same command again to continue` : '';
  const hasFigures = rows.length + failed.length > 0;
  const figures = hasFigures && first ? [asText(first), ...first.notes] : ['no run is finished'];
  const rest = hasFigures ? others : first ? [first, ...others] : [];
  return [
    ...figures,
    ...rest.flatMap((table) => ['', visible(table.title), asText(table), ...table.notes]),
    ...(rest.length > 0 ? [''] : []),
    `${runs.length} ${runs.length === 1 ? 'run' : 'runs'}${reused > 0 ? `, ${reused} of them reused` : ''}${again}`,
    ...(missing > 0 || failed.length > 0 ? leftOut(comparison).map((sentence) => `  ${visible(sentence)}`) : []),
    ...runs.map(({ folder }) => `  ${folder}`),
  ].join('\n');
}

function asText({ head, rows, left }: ComparisonTable): string {
  return renderTable(
    [head, ...rows].map((cells) => cells.map(visible)),
    left,
  );
}
