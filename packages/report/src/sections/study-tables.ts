import { basename } from 'node:path';
import type { Comparison, ComparisonRow } from '@gradalign/core';
import { absent, table } from '../page/page.ts';
import type { StudyRunState, StudyState } from '../read/read-study.ts';
import { duration, metricName, plusMinus } from '../text/format.ts';
import { type Content, type Html, html } from '../text/html.ts';

/** Mean, spread and interval by target and method; a table for each convention. */
export function studyTables(comparison: Comparison | { readonly error: string }): Html {
  if ('error' in comparison) return absent(`No tables: ${comparison.error}.`);
  const conventions = [...new Set(comparison.rows.flatMap(({ figures }) => Object.keys(figures)))];
  if (conventions.length === 0) return absent('No tables: no run is finished.');
  return html`<p>Of videos, in percent: mean ± standard deviation over seeds, with the 95% interval of the mean (Student's t). Rows <b>mean</b> are over all targets, seed by seed.</p>${conventions.map((convention) => conventionTable(comparison, convention))}`;
}

function conventionTable({ rows, by }: Comparison, convention: string): Html {
  const metrics = [...new Set(rows.flatMap(({ figures }) => Object.keys(figures[convention] ?? {})))];
  const title =
    convention === 'literature'
      ? 'literature: threshold chosen on the test data'
      : convention === 'deployable'
        ? 'deployable: threshold fixed on held-out source data'
        : 'figures';
  return table(
    title,
    [by, 'method', 'seeds', ...metrics.map((metric) => metricName(metric)), 'steps', 'training'],
    rows.map((row) => [
      row.target,
      row.method,
      String(row.seeds),
      ...metrics.map((metric) => cell(row, convention, metric)),
      steps(row),
      duration(row.seconds),
    ]),
    { text: [1] },
  );
}

function cell({ figures }: ComparisonRow, convention: string, metric: string): Content {
  const value = figures[convention]?.[metric];
  if (!value) return 'none';
  const { mean, deviation, half95 } = value;
  const [low, high] = half95 === undefined ? [] : [Math.max(0, mean - half95), Math.min(1, mean + half95)];
  return html`${plusMinus(mean, deviation)}${low === undefined || high === undefined ? '' : html`<small>${(low * 100).toFixed(1)}–${(high * 100).toFixed(1)}</small>`}`;
}

function steps({ steps: counts }: ComparisonRow): string {
  return Object.entries(counts)
    .map(([kind, n]) => `${n} ${kind}`)
    .join(', ');
}

/** Every run by name: which are in the tables, which are not, and why. */
export function studyRuns({ runs, others, path }: StudyState): Html {
  const state = ({ state: how, why }: StudyRunState) => (how === 'finished' ? 'finished' : html`<b>${how}</b>: ${why}`);
  const left = runs.filter(({ state: how }) => how !== 'finished');
  return html`${left.length > 0 ? html`<p class="warning">${left.length} of ${runs.length} runs are in no figure: ${left.map(({ method, target, seed }, i) => `${i > 0 ? '; ' : ''}${method}, ${target}, seed ${seed}`)}.</p>` : ''}
${table(
  'Runs',
  ['method', 'target', 'seed', 'state', 'folder'],
  runs.map((run) => [run.method, run.target, String(run.seed), state(run), html`<code>${run.folder === '' ? 'none' : basename(run.folder)}</code>`]),
  { text: [1, 3, 4] },
)}
<p class="note">Read from <code>${path}</code>.</p>
${others.length > 0 ? html`<p class="note">Beside them stand runs that this study does not ask for, of other settings say: ${others.map((folder, i) => html`${i > 0 ? ', ' : ''}<code>${folder}</code>`)}.</p>` : ''}
<p class="note">One run in detail, with its worst errors: <code>gradalign report &lt;folder of the run&gt;</code>.</p>`;
}
