import type { Comparison } from '@gradalign/core';
import { comparisonTables, leftOut } from './comparison-tables.ts';
import { visible } from './visible.ts';

/** A comparison as Markdown: a table for each convention, the tests, and what is left out. Names stay text, whatever they hold. */
export function renderComparisonMarkdown(comparison: Comparison): string {
  const row = (cells: readonly string[]) => `| ${cells.map(markdownText).join(' | ')} |`;
  const tables = comparisonTables(comparison, { byConvention: true }).map(({ title, head, rows, left, notes }) =>
    [
      `### ${markdownText(title)}`,
      '',
      row(head),
      `|${head.map((_, column) => (column < left ? ' --- ' : ' ---: ')).join('|')}|`,
      ...rows.map(row),
      '',
      ...notes.map((note) => `${markdownText(note)}  `),
    ].join('\n'),
  );
  const without = leftOut(comparison).map((sentence) => `- ${markdownText(sentence)}`);
  return `${[...tables, ...(tables.length === 0 ? ['No run is finished.'] : []), ...(without.length > 0 ? [['### Left out', '', ...without].join('\n')] : [])].join('\n\n')}\n`;
}

function markdownText(text: string): string {
  return visible(text)
    .replace(/[\\`*_{}[\]<>|#~$!&]/g, (character) => `\\${character}`)
    .replace(/^([+-]) /, '\\$1 ')
    .replaceAll('@', '&#64;');
}
