import type { DomainSharpness, RunSharpness } from '@gradalign/core';
import Table from 'cli-table3';

/** One row a domain; losses at a distance as what they add to the loss at the weights. */
export function renderSharpness({ domains, rho, batchNorm, directions, ascentSteps, checkpoint }: RunSharpness): string {
  const table = new Table({
    head: ['domain', '', 'images', 'loss', 'largest eigenvalue', 'random', 'adversarial'],
    colAligns: ['left', 'left', 'right', 'right', 'right', 'right', 'right'],
    style: { head: [], border: [], compact: true },
  });
  for (const [name, domain] of Object.entries(domains)) {
    const { role, samples, loss, eigenvalue, random, adversarial } = domain;
    table.push([
      name,
      role,
      samples,
      loss.toPrecision(4),
      `${eigenvalue.value.toPrecision(4)}${eigenvalue.converged ? '' : ' *'}`,
      signed(random.mean - loss),
      signed(adversarial - loss),
    ]);
  }
  return [
    table.toString(),
    `Risk at the weights of ${checkpoint}; random and adversarial: what it gains at distance rho ${rho} (mean of ${directions} directions, both ways; ascent of ${ascentSteps} steps).`,
    `Batch norm takes ${batchNorm === 'batch' ? 'the statistics of these images, as in training' : 'its running statistics, as when the model is used'}.`,
    ...unsettled(Object.values(domains)),
  ].join('\n');
}

function unsettled(domains: readonly DomainSharpness[]): string[] {
  return domains.some(({ eigenvalue }) => !eigenvalue.converged) ? ['* the power iteration had not settled: a lower bound'] : [];
}

function signed(value: number): string {
  return `${value < 0 ? '' : '+'}${value.toPrecision(3)}`;
}
