import type { OracleRow } from '@gradalign/core';
import { absent, table } from '../page/page.ts';
import { isNumber, record } from '../read/read-run.ts';
import type { Subject } from '../read/subject.ts';
import { metricName, percent, plusMinus } from '../text/format.ts';
import { type Content, type Html, html } from '../text/html.ts';

const whatItIs = html`<p class="warning">Chosen on the test data itself, as published code does: the epoch is picked by the labels of the target. Nobody can have these figures in use. They are in no other table, no plot and no choice of this report.</p>`;

/** The block `oracle` of a run; undefined where the experiment does not ask for it. */
export function oracleSection({ results }: Subject): Html | undefined {
  const oracle = record(record(results?.evaluation)['oracle']);
  if (Object.keys(oracle).length === 0) return undefined;
  if (typeof oracle['error'] === 'string') return html`${whatItIs}${absent(`Not available: ${oracle['error']}.`)}`;
  const [best, lastTen] = [record(oracle['best']), record(oracle['lastTen'])];
  const [atBest, mean, deviation] = [record(best['figures']), record(lastTen['mean']), record(lastTen['deviation'])];
  const metrics = Object.keys(atBest);
  if (metrics.length === 0) return html`${whatItIs}${absent('Not available: the block is damaged.')}`;
  const evaluations = Array.isArray(oracle['evaluations']) ? oracle['evaluations'].map(record) : [];
  const n = Number(lastTen['n']);
  return html`${whatItIs}
${table(
  'Oracle: of videos, each at the equal error point of these scores',
  ['chosen', 'epoch', ...metrics.map(metricName)],
  [
    ['best epoch by AUC − HTER on the target', epochName(best['epoch']), ...metrics.map((metric) => share(atBest[metric]))],
    [
      `mean ± standard deviation of the last ${n === 1 ? 'evaluation' : `${n} evaluations`}`,
      `from ${epochName(lastTen['from'])}`,
      ...metrics.map((metric) => spread(mean[metric], deviation[metric])),
    ],
  ],
)}
<details><summary>All ${String(evaluations.length)} evaluations of the target during training</summary>${table(
    'Oracle: evaluations of the target',
    ['epoch', ...metrics.map(metricName)],
    evaluations.map(({ epoch, figures }) => [epochName(epoch), ...metrics.map((metric) => share(record(figures)[metric]))]),
  )}</details>`;
}

/** The same of a study, over seeds; undefined where no run has it. */
export function oracleRowsSection(rows: readonly OracleRow[], by: string): Html | undefined {
  const [first] = rows;
  if (!first) return undefined;
  const metrics = Object.keys(first.best);
  return html`${whatItIs}${table(
    'Oracle: mean over seeds',
    [by, 'method', 'seeds', ...metrics.flatMap((metric) => [`best epoch: ${metricName(metric)}`, `last ten: ${metricName(metric)}`])],
    rows.map(({ target, method, seeds, best, lastTen, lastTenDeviation }): Content[] => [
      target,
      method,
      String(seeds),
      ...metrics.flatMap((metric) => [spread(best[metric]?.mean, best[metric]?.deviation), spread(lastTen[metric]?.mean, lastTenDeviation[metric])]),
    ]),
    { text: [1] },
  )}<p class="note">Best epoch by AUC − HTER on the target: mean ± standard deviation over seeds. Last ten evaluations: mean ± standard deviation within a run, as papers that train once print it.</p>`;
}

/** Epochs are counted from 1 for people. */
function epochName(epoch: unknown): string {
  return isNumber(epoch) ? `epoch ${epoch + 1}` : 'unknown';
}

function share(value: unknown): string {
  return isNumber(value) ? percent(value) : 'none';
}

function spread(mean: unknown, deviation: unknown): string {
  return isNumber(mean) ? plusMinus(mean, isNumber(deviation) ? deviation : undefined) : 'none';
}
