import type { Comparison, MethodTest } from '@gradalign/core';
import { absent, table } from '../page/page.ts';
import { metricName } from '../text/format.ts';
import { type Content, type Html, html } from '../text/html.ts';

/** Every method against the baseline in every figure: paired tests over seeds and targets, corrected over the methods; a table for each convention. */
export function studyTests({ tests, baseline = '' }: Comparison): Html {
  if (tests.length === 0) return absent('No tests: they need two methods with finished runs of the same target and seed.');
  const conventions = [...new Set(tests.map(({ convention }) => convention))];
  const few = [...new Set(tests.filter(({ leastP }) => leastP > 0.05).map(({ pairs }) => pairs))].sort((a, b) => a - b);
  return html`${conventions.map((convention) =>
    table(
      `Paired tests against ${baseline}${convention === 'figures' ? '' : `: ${convention}`}`,
      ['method', 'figure', 'pairs', 'difference', 'Wilcoxon p', 'corrected', 'permutation p', 'corrected'],
      tests.filter((test) => test.convention === convention).map(testRow),
      { text: [1] },
    ),
  )}<p class="note">Method minus ${baseline}, in points of percent, with its 95% interval (Student's t). Two-sided Wilcoxon signed rank test and paired permutation test of the mean over runs of the same target and seed; corrected by Holm over the methods of a figure. ${
    few.length > 0 ? `With ${few.join(', ')} ${few.length === 1 && few[0] === 1 ? 'pair' : 'pairs'} no difference, however large, can have a p below 0.05.` : ''
  }</p>`;
}

function testRow({ metric, method, pairs, difference: { mean, half95 }, wilcoxon, permutation }: MethodTest): Content[] {
  return [
    method,
    metricName(metric),
    String(pairs),
    html`${points(mean)}${half95 !== undefined && html`<small>${points(mean - half95)} to ${points(mean + half95)}</small>`}`,
    ...[wilcoxon.p, wilcoxon.holm, permutation.p, permutation.holm].map(probability),
  ];
}

function points(share: number): string {
  return `${share > 0 ? '+' : share < 0 ? '−' : ''}${(Math.abs(share) * 100).toFixed(2)}`;
}

function probability(p: number): string {
  return p < 0.0001 ? '<0.0001' : p.toFixed(4);
}
