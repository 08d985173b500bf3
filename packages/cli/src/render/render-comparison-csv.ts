import type { Comparison } from '@gradalign/core';
import { type Interval, quoteCsv } from '@gradalign/metrics';
import { describeSettings } from './comparison-tables.ts';
import { visible } from './visible.ts';

const head = [
  'kind',
  'convention',
  'target',
  'method',
  'metric',
  'n',
  'mean',
  'deviation',
  'low95',
  'high95',
  'baseline',
  'wilcoxon_p',
  'wilcoxon_holm',
  'permutation_p',
  'permutation_holm',
  'seed',
  'text',
] as const;

type Line = Readonly<Partial<Record<(typeof head)[number], string | number | undefined>>>;

/**
 * A comparison as CSV, one figure a line, shares in 0..1. `kind`: figure (n seeds), test (n pairs; mean is the difference), oracle-best and oracle-last-ten
 * (chosen on the target; deviation of the latter is within a run), published (text is the source), trial (of a search: mean is its figure on the held-out share
 * of the sources, text its number and settings), choice (the trial that was taken; n trials), failed and missing (text is the reason).
 */
export function renderComparisonCsv({ rows, tests, oracle, published, searches, failed, absent }: Comparison): string {
  const lines: Line[] = [
    ...rows.flatMap(({ method, target, figures }) =>
      Object.entries(figures).flatMap(([convention, metrics]) =>
        Object.entries(metrics).map(([metric, value]): Line => ({ kind: 'figure', convention, target, method, metric, ...spread(value) })),
      ),
    ),
    ...tests.map(
      ({ convention, metric, method, baseline, pairs, difference, wilcoxon, permutation }): Line => ({
        ...{ kind: 'test', convention, target: 'all', method, metric, ...spread(difference), n: pairs, baseline },
        ...{ wilcoxon_p: wilcoxon.p, wilcoxon_holm: wilcoxon.holm, permutation_p: permutation.p, permutation_holm: permutation.holm },
      }),
    ),
    ...oracle.flatMap(({ method, target, best, lastTen, lastTenDeviation }) => [
      ...Object.entries(best).map(([metric, value]): Line => ({ kind: 'oracle-best', target, method, metric, ...spread(value) })),
      ...Object.entries(lastTen).map(
        ([metric, { n, mean }]): Line => ({
          ...{ kind: 'oracle-last-ten', target, method, metric, n, mean, deviation: lastTenDeviation[metric] },
        }),
      ),
    ]),
    ...published.flatMap(({ source, methods }) =>
      Object.entries(methods).flatMap(([method, targets]) =>
        Object.entries(targets).flatMap(([target, figures]) =>
          Object.entries(figures).map(([metric, { mean, deviation }]): Line => ({ kind: 'published', target, method, metric, mean, deviation, text: source })),
        ),
      ),
    ),
    ...searches.flatMap(({ method, targets, choice }): Line[] => {
      if (!choice) return [];
      const cell = { target: targets.length === 1 ? targets[0] : 'all', method, metric: choice.choose.metric };
      return [
        ...choice.trials.map(({ trial, state, figure, settings }): Line => {
          const ended = state === 'finished' ? '' : ` (${state})`;
          return { ...cell, kind: 'trial', n: 1, mean: figure, text: `trial ${trial}: ${describeSettings(settings)}${ended}` };
        }),
        { ...cell, kind: 'choice', n: choice.trials.length, mean: choice.figure, text: `trial ${choice.trial}: ${describeSettings(choice.settings)}` },
      ];
    }),
    ...failed.map(
      ({ method, target, seed, trial, error }): Line =>
        trial === undefined ? { kind: 'failed', target, method, seed, text: error } : { kind: 'failed', target, method, text: `trial ${trial}: ${error}` },
    ),
    ...absent.map(({ method, target, seed }): Line => ({ kind: 'missing', target, method, seed, text: 'not finished' })),
  ];
  return `${[head.join(','), ...lines.map((line) => head.map((key) => cell(line[key])).join(','))].join('\n')}\n`;
}

function spread({ n, mean, deviation, half95 }: Interval): Line {
  return { n, mean, deviation, ...(half95 === undefined ? {} : { low95: mean - half95, high95: mean + half95 }) };
}

function cell(value: string | number | undefined): string {
  if (typeof value !== 'string') return value === undefined ? '' : String(value);
  const text = visible(value);
  // A spreadsheet would compute it.
  return quoteCsv(/^[=+\-@]/.test(text) ? `'${text}` : text);
}
