import { renderTable } from '@gradalign/core';
import type { RunSharpness } from '@gradalign/core/sharpness';

/** One row a domain. The losses at a distance are shown as their difference to the loss at the weights. */
export function renderSharpness({ domains, rho, batchNorm, directions, ascentSteps, checkpoint }: RunSharpness): string {
  const all = Object.entries(domains);
  const rows = all.map(([name, { role, samples, loss, eigenvalue, random, adversarial }]) => [
    name,
    role,
    String(samples),
    loss.toPrecision(4),
    `${eigenvalue.value.toPrecision(4)}${eigenvalue.converged ? '' : ' *'}`,
    signed(random.mean - loss),
    signed(adversarial - loss),
  ]);
  const statistics = batchNorm === 'batch' ? 'the statistics of these images, as in training' : 'its running statistics, as at inference';
  return [
    renderTable([['domain', 'role', 'images', 'loss', 'largest eigenvalue', 'random', 'adversarial'], ...rows], 2),
    `Risk at the weights of ${checkpoint}. random, adversarial: increase of the risk at distance rho ${rho} (mean over ${directions} directions, both ways; ascent of ${ascentSteps} steps).`,
    `Batch norm uses ${statistics}.`,
    ...(all.some(([, { eigenvalue }]) => !eigenvalue.converged) ? ['* the power iteration did not converge: a lower bound'] : []),
  ].join('\n');
}

function signed(value: number): string {
  return `${value < 0 ? '' : '+'}${value.toPrecision(3)}`;
}
