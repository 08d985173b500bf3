import type { Comparison } from '@gradalign/core';
import { type ComparisonTable, comparisonTables, leftOut } from './comparison-tables.ts';
import { visible } from './visible.ts';

/** A comparison as LaTeX tables with rules of the package booktabs, one for each convention. Names stay text, whatever they hold. */
export function renderComparisonLatex(comparison: Comparison): string {
  const tables = comparisonTables(comparison, { byConvention: true }).map(renderTable);
  const without = leftOut(comparison).map((sentence) => `  \\item ${latexText(sentence)}`);
  const list = without.length > 0 ? ['\\noindent Left out:', '\\begin{itemize}', ...without, '\\end{itemize}'] : [];
  return `${['% Needs \\usepackage{booktabs}', ...(tables.length > 0 ? tables : ['No run is finished.']), ...list].join('\n')}\n`;
}

function renderTable({ title, head, rows, left, notes }: ComparisonTable): string {
  const line = (cells: readonly string[]) => `    ${cells.map(latexText).join(' & ')} \\\\`;
  // A rule between targets, or figures.
  const body = rows.flatMap((cells, i) => [...(i > 0 && rows[i - 1]?.[0] !== cells[0] ? ['    \\midrule'] : []), line(cells)]);
  return [
    '\\begin{table}',
    '  \\centering',
    `  \\caption{${[`${title}.`, ...notes].map(latexText).join(' ')}}`,
    `  \\begin{tabular}{${head.map((_, column) => (column < left ? 'l' : 'r')).join('')}}`,
    '    \\toprule',
    line(head),
    '    \\midrule',
    ...body,
    '    \\bottomrule',
    '  \\end{tabular}',
    '\\end{table}',
  ].join('\n');
}

const replacements: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '{': '\\{',
  '}': '\\}',
  '&': '\\&',
  '%': '\\%',
  $: '\\$',
  '#': '\\#',
  _: '\\_',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  '<': '\\textless{}',
  '>': '\\textgreater{}',
  '|': '\\textbar{}',
  '"': "''",
  '±': '$\\pm$',
  // In brackets at the start of a row it would be an option of the line break before it.
  '[': '{[}',
  ']': '{]}',
};

function latexText(text: string): string {
  return visible(text).replace(/[\\{}&%$#_~^<>|"±[\]]/g, (character) => replacements[character] ?? character);
}
