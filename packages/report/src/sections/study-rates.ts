import { interval } from '@gradalign/metrics';
import { table } from '../page/page.ts';
import { measure } from '../read/measure.ts';
import type { StudyState } from '../read/read-study.ts';
import { percent } from '../text/format.ts';
import { type Content, type Html, html } from '../text/html.ts';
import { conventionsOf } from './conventions.ts';

/** How many attacks pass and how many people are refused with each method, over its finished runs; empty where no run has scores of two classes. */
export function studyRates({ study, runs }: StudyState): Html {
  const measured = runs.flatMap(({ method, state, subject }) => {
    const found = state === 'finished' && subject ? measure(subject, { rounds: 0 }) : undefined;
    return found && !('error' in found) ? [{ method, conventions: conventionsOf(found.all) }] : [];
  });
  // One convention for all: deployable where every run has it. Decisions of single runs do not compare.
  const has = (name: string) => measured.every(({ conventions }) => conventions.some((one) => one.name === name));
  const name = has('deployable') ? 'deployable' : 'literature';
  const own = measured.flatMap(({ method, conventions }) => conventions.flatMap((one) => (one.name === name ? [{ method, figures: one.figures }] : [])));
  const rows = Object.keys(study.methods).flatMap((method): Content[][] => {
    const figures = own.filter((one) => one.method === method).map((one) => one.figures);
    return figures.length === 0 ? [] : [[method, rate(figures.map(({ far }) => far)), rate(figures.map(({ bpcer }) => bpcer)), String(figures.length)]];
  });
  return rows.length === 0
    ? html``
    : table(
        name === 'deployable'
          ? 'At the threshold fixed on held-out source data before the test (deployable)'
          : 'At the threshold chosen on the test data itself (literature, optimistic)',
        ['method', 'attacks that pass', 'people who are refused', 'runs'],
        rows,
      );
}

/** Mean over runs, with its 95% interval (Student's t) where there are two or more. */
function rate(shares: readonly number[]): Html {
  const { mean, half95 } = interval(shares);
  if (half95 === undefined) return html`${percent(mean)}`;
  return html`${percent(mean)}<small>${(Math.max(0, mean - half95) * 100).toFixed(1)}–${(Math.min(1, mean + half95) * 100).toFixed(1)}%</small>`;
}
