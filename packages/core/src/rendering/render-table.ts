import { showOnOneLine } from './show-controls.ts';

/** Plain text, indented by two spaces: columns as wide as their widest cell, the first `left` of them left-aligned, the others (figures) right-aligned. Control characters in cells are shown, not sent. */
export function renderTable(cells: readonly (readonly string[])[], left: number): string {
  const rows = cells.map((row) => row.map(showOnOneLine));
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows
    .map((row) =>
      `  ${row.map((text, column) => (column < left ? text.padEnd(widths[column] ?? 0) : text.padStart(widths[column] ?? 0))).join('  ')}`.trimEnd(),
    )
    .join('\n');
}
