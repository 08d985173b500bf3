import type { Comparison } from '@gradalign/core';
import { describe, expect, it } from 'vitest';
import { renderComparison } from './render-comparison.ts';
import { renderComparisonCsv } from './render-comparison-csv.ts';
import { renderComparisonLatex } from './render-comparison-latex.ts';
import { renderComparisonMarkdown } from './render-comparison-markdown.ts';

const row = (method: string, hter: number, auc: number) => ({
  method,
  target: 'office|2',
  seeds: 2,
  figures: { literature: { hter: { n: 2, mean: hter, deviation: 0.01, half95: 0.02 } }, deployable: { hter: { n: 1, mean: auc } } },
  steps: { erm: 10 },
  seconds: 61,
});

/** Names that every format would take for something else. */
const comparison: Comparison = {
  by: 'left out',
  rows: [row('a_b&c%', 0.05, 0.1), row('=cmd|"x"\u001b[31m', 0.07, 0.2)],
  runs: [{ method: 'a_b&c%', target: 'office|2', seed: 0, folder: 'runs/a', reused: true }],
  missing: 3,
  absent: [{ method: 'a_b&c%', target: 'office|2', seed: 7 }],
  failed: [{ method: 'lost', target: 'office|2', seed: 1, folder: 'runs/l', error: 'Cannot continue\nat all' }],
  selection: ['epoch: the last', 'literature: own threshold', 'deployable: fixed threshold'],
  baseline: 'a_b&c%',
  tests: [
    {
      ...{
        convention: 'literature',
        metric: 'hter',
        method: 'm',
        baseline: 'a_b&c%',
        pairs: 3,
        difference: { n: 3, mean: 0.02, deviation: 0.01, half95: 0.03 },
      },
      ...{ leastP: 0.25, wilcoxon: { p: 0.25, holm: 0.5, method: 'exact' }, permutation: { p: 0.00001, holm: 0.00002, method: 'exact' } },
    },
  ],
  oracle: [
    {
      method: 'm',
      target: 'office|2',
      seeds: 1,
      best: { hter: { n: 1, mean: 0.011 } },
      lastTen: { hter: { n: 1, mean: 0.012 } },
      lastTenDeviation: { hter: 0.001 },
    },
  ],
  searches: [],
  published: [{ source: 'Paper $1_2', methods: { theirs: { office: { hter: { mean: 0.086, deviation: 0.002 } } } } }],
};

describe('every format', () => {
  const all = {
    terminal: renderComparison(comparison),
    markdown: renderComparisonMarkdown(comparison),
    latex: renderComparisonLatex(comparison),
    csv: renderComparisonCsv(comparison),
  };

  it.each(Object.entries(all))('%s has figures, test, oracle, published figures, and what failed or is missing', (format, text) => {
    const share = format === 'csv';
    for (const value of share ? ['0.05', '0.25', '0.011', '0.086'] : ['5.00', '0.2500', '1.10', '8.60']) expect(text).toContain(value);
    expect(text).toMatch(/failed.*lost/);
    expect(text).toMatch(share ? /missing,,office\|2,a_b&c%.*,7,not finished/ : /not finished, in no figure: .*, seed 7/);
  });

  it('keeps the figures that were chosen on the target, and those of papers, in tables of their own', () => {
    for (const text of [all.terminal, all.markdown]) {
      const tables = text.split(/\n\n(?=#|[A-Z])/);
      const holding = (value: string) => tables.filter((table) => table.includes(value));
      expect([holding('1.10').length, holding('8.60').length]).toEqual([1, 1]);
      expect(holding('1.10')[0]).toContain('Oracle');
      expect(holding('8.60')[0]).toMatch(/Published figures: Paper/);
      expect(holding('7.00 ± 1.00')[0]).not.toMatch(/Oracle|Published/);
    }
  });
});

it('a method without a finished run has a row that says so, and no zero', () => {
  expect(renderComparison(comparison)).toMatch(/^ {2}office\|2 +lost +0, 1 failed +- +- +- +-$/m);
  expect(renderComparison(comparison)).toMatch(/^ {2}office\|2 +a_b&c% +2, 1 missing /m);
});

it('Markdown keeps names as text: a pipe makes no column', () => {
  const lines = renderComparisonMarkdown(comparison).split('\n');
  expect(lines).toContain('| office\\|2 | a\\_b\\&c% | 2, 1 missing | 5.00 ± 1.00 \\[3.00, 7.00\\] | 1 min 1 s | 10 erm |');
  expect(lines.join('')).not.toContain('\u001b');
  expect(lines.join('\n')).toContain('seed 1: Cannot continue\n');
});

it('LaTeX has a booktabs table for each convention, and escapes', () => {
  const latex = renderComparisonLatex(comparison);
  expect(latex.match(/\\toprule/g)).toHaveLength(5);
  expect(latex).toContain('office\\textbar{}2 & a\\_b\\&c\\% & 2, 1 missing & 5.00 $\\pm$ 1.00 {[}3.00, 7.00{]} & 1 min 1 s & 10 erm \\\\\n');
  expect(latex).toContain('Published figures: Paper \\$1\\_2.');
  for (const name of ['tabular', 'table', 'itemize']) expect(latex.split(`\\begin{${name}}`)).toHaveLength(latex.split(`\\end{${name}}`).length);
});

it('CSV has as many cells in every line, and nothing that a spreadsheet computes', () => {
  const lines = renderComparisonCsv(comparison).trim().split('\n');
  expect(lines).toHaveLength(1 + 4 + 1 + 2 + 1 + 1 + 1);
  expect(lines[3]).toBe(`figure,literature,office|2,"'=cmd|""x""\\x1b[31m",hter,2,0.07,0.01,${0.07 - 0.02},${0.07 + 0.02},,,,,,,`);
});
