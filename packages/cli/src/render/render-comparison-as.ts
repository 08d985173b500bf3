import type { Comparison } from '@gradalign/core';
import type { ComparisonFormat } from '../options/comparison-format.ts';

/** A comparison in a format. */
export async function renderComparisonAs(format: ComparisonFormat, comparison: Comparison): Promise<string> {
  switch (format) {
    case 'markdown':
      return (await import('./render-comparison-markdown.ts')).renderComparisonMarkdown(comparison);
    case 'latex':
      return (await import('./render-comparison-latex.ts')).renderComparisonLatex(comparison);
    case 'csv':
      return (await import('./render-comparison-csv.ts')).renderComparisonCsv(comparison);
    case 'json':
      return `${JSON.stringify(comparison, null, 2)}\n`;
    case 'terminal':
      return `${(await import('./render-comparison.ts')).renderComparison(comparison)}\n`;
  }
}
