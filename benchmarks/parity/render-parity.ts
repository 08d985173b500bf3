import { renderTable } from '../render-table.ts';
import { larger } from './relative-difference.ts';
import type { ParityStep } from './run-parity.ts';

/** The largest difference over losses, weights and statistics of all steps: what must stay within the tolerance. */
export function worstOf(steps: readonly ParityStep[]): number {
  const all = steps.flatMap(({ loss, oursAndTorch: { weights, statistics } }) => [loss, weights.difference, statistics.difference]);
  return all.reduce(larger, steps.length > 0 ? 0 : Number.NaN);
}

/** A row for each step, and one with the largest of each column. `f64` stands for PyTorch's float64. */
export function renderParity(steps: readonly ParityStep[]): string {
  const columns: readonly { readonly title: string; readonly of: (step: ParityStep) => number | undefined }[] = [
    { title: 'losses', of: ({ loss }) => loss },
    { title: 'weights', of: ({ oursAndTorch }) => oursAndTorch.weights.difference },
    { title: 'statistics', of: ({ oursAndTorch }) => oursAndTorch.statistics.difference },
    { title: 'moves', of: ({ oursAndTorch }) => oursAndTorch.moves.difference },
    { title: 'torch/f64 weights', of: ({ torchAndFloat64 }) => torchAndFloat64?.weights.difference },
    { title: 'statistics', of: ({ torchAndFloat64 }) => torchAndFloat64?.statistics.difference },
    { title: 'moves', of: ({ torchAndFloat64 }) => torchAndFloat64?.moves.difference },
    { title: 'ours/f64 weights', of: ({ oursAndFloat64 }) => oursAndFloat64?.weights.difference },
    { title: 'statistics', of: ({ oursAndFloat64 }) => oursAndFloat64?.statistics.difference },
    { title: 'moves', of: ({ oursAndFloat64 }) => oursAndFloat64?.moves.difference },
  ];
  const shown = columns.filter(({ of }) => steps.some((step) => of(step) !== undefined));
  const number = (value: number | undefined) => value?.toExponential(1) ?? '';
  const rows = steps.map((step) => [`${step.step + 1}`, step.phase, `${step.domains}`, ...shown.map(({ of }) => number(of(step)))]);
  const largest = shown.map(({ of }) => number(steps.map((step) => of(step) ?? 0).reduce(larger, 0)));
  return renderTable(['step', 'phase', 'domains', ...shown.map(({ title }) => title)], [...rows, ['largest', '', '', ...largest]]);
}
