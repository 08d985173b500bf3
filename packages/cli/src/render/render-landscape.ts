import { renderTable } from '@gradalign/core';
import type { LossLandscape } from '@gradalign/core/sharpness';

/** One row a domain: the loss at the solution, and what is around it. */
export function renderLandscape({ domains, points, radius, checkpoint }: LossLandscape): string {
  const middle = (points * points - 1) / 2;
  const rows = Object.entries(domains).map(([name, { role, samples, losses }]) => {
    const finite = losses.filter((loss) => loss !== null);
    const shown = (loss: number | null | undefined) => (typeof loss === 'number' && Number.isFinite(loss) ? loss.toPrecision(4) : 'not finite');
    return [
      ...[name, role, String(samples), shown(losses[middle])],
      ...[finite.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY), finite.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)].map(shown),
    ];
  });
  return [
    renderTable([['domain', 'role', 'images', 'loss', 'lowest', 'highest'], ...rows], 2),
    `Risk at the weights of ${checkpoint}, and the lowest and highest of ${points} x ${points} points up to ${radius} away along two filter-normalized directions.`,
  ].join('\n');
}
