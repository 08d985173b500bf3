import { renderTable } from '../render-table.ts';
import type { Difference } from './compare-states.ts';
import { larger } from './relative-difference.ts';
import type { Compared, ParityStep } from './run-parity.ts';

/** What losses, weights and statistics may differ by in a step from the same state. */
export const tolerance = 1e-3;

/**
 * Differences of steps from the same state that are above the tolerance, as text. Where PyTorch's float32 is itself far from its float64, ours may be as
 * far from PyTorch's float32 as two roundings of that size put it: three times that distance.
 */
export function tooFarApart(steps: readonly ParityStep[]): string[] {
  return steps.flatMap(({ step, stepwise: { oursAndTorch, torchAndFloat64 } }) =>
    figures.slice(0, 3).flatMap(([title, of]) => {
      const [apart, limit] = [of(oursAndTorch), Math.max(tolerance, 3 * of(torchAndFloat64))];
      return apart <= limit ? [] : [`step ${step + 1}: ${title} ${apart.toExponential(1)}, at most ${limit.toExponential(1)}`];
    }),
  );
}

/** A table of the steps from the same state, and one of the trainings on their own: a row for each step, and one with the largest of each column. */
export function renderParity(steps: readonly ParityStep[]): string {
  const stepwise = table(steps, ({ stepwise: compared }) => compared);
  if (!steps.some(({ free }) => free)) return `each step from the same state\n${stepwise}`;
  return `each step from the same state\n${stepwise}\n\neach on its own from the first step on\n${table(steps, ({ free }) => free)}`;
}

/** `losses 1.2e-7, weights 3.4e-6 (conv1/kernel) ...`, with the tensors that are furthest apart. */
export function describeDifference({ losses, weights, statistics, moves }: Difference): string {
  const worst = ({ difference, name }: Difference['weights']) => `${difference.toExponential(1)} (${name})`;
  return `losses ${losses.toExponential(1)}, weights ${worst(weights)}, statistics ${worst(statistics)}, moves ${moves.toExponential(1)}`;
}

function table(steps: readonly ParityStep[], of: (step: ParityStep) => Compared | undefined): string {
  const pairs = [
    ['ours/torch', 'oursAndTorch'],
    ['torch/float64', 'torchAndFloat64'],
    ['ours/float64', 'oursAndFloat64'],
  ] as const;
  const columns = pairs.flatMap(([name, pair]) =>
    figures.map(([title, figure], i) => ({
      title: i === 0 ? `${name} ${title}` : title,
      value: (step: ParityStep) => {
        const compared = of(step);
        return compared ? figure(compared[pair]) : Number.NaN;
      },
    })),
  );
  const number = (value: number) => value.toExponential(1);
  const rows = steps.map((step) => [`${step.step + 1}`, step.phase, `${step.domains}`, ...columns.map(({ value }) => number(value(step)))]);
  const largest = columns.map(({ value }) => number(steps.map(value).reduce(larger, 0)));
  return renderTable(['step', 'phase', 'domains', ...columns.map(({ title }) => title)], [...rows, ['largest', '', '', ...largest]]);
}

const figures: readonly (readonly [title: string, of: (difference: Difference) => number])[] = [
  ['losses', ({ losses }) => losses],
  ['weights', ({ weights }) => weights.difference],
  ['statistics', ({ statistics }) => statistics.difference],
  ['moves', ({ moves }) => moves],
];
