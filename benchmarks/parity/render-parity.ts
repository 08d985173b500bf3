import { renderTable } from '../render-table.ts';
import type { Difference } from './compare-states.ts';
import { larger } from './relative-difference.ts';
import type { ParityStep } from './run-parity.ts';

/** The largest difference over losses, weights and statistics of steps that start from the same state: what must stay within the tolerance. */
export function worstOf(steps: readonly ParityStep[]): number {
  const all = steps.flatMap(({ stepwise: { losses, weights, statistics } }) => [losses, weights.difference, statistics.difference]);
  return all.reduce(larger, steps.length > 0 ? 0 : Number.NaN);
}

/** A table of the steps from the same state, and one of the trainings on their own: a row for each step, and one with the largest of each column. */
export function renderParity(steps: readonly ParityStep[]): string {
  const stepwise = table(steps, [['ours/torch', ({ stepwise: of }) => of]]);
  if (!steps.some(({ free }) => free)) return `each step from the same state\n${stepwise}`;
  const free = table(steps, [
    ['ours/torch', (step) => step.free?.oursAndTorch],
    ['torch/float64', (step) => step.free?.torchAndFloat64],
    ['ours/float64', (step) => step.free?.oursAndFloat64],
  ]);
  return `each step from the same state\n${stepwise}\n\neach on its own from the first step on\n${free}`;
}

/** `losses 1.2e-7, weights 3.4e-6 (conv1/kernel) ...`, with the tensors that are furthest apart. */
export function describeDifference({ losses, weights, statistics, moves }: Difference): string {
  const worst = ({ difference, name }: Difference['weights']) => `${difference.toExponential(1)} (${name})`;
  return `losses ${losses.toExponential(1)}, weights ${worst(weights)}, statistics ${worst(statistics)}, moves ${moves.toExponential(1)}`;
}

type Pair = readonly [name: string, of: (step: ParityStep) => Difference | undefined];

function table(steps: readonly ParityStep[], pairs: readonly Pair[]): string {
  const columns = pairs.flatMap(([name, of]) =>
    figures.map(([title, figure], i) => ({
      title: i === 0 ? `${name} ${title}` : title,
      value: (step: ParityStep) => {
        const found = of(step);
        return found ? figure(found) : Number.NaN;
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
