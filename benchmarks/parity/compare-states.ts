import type { LossValues, StoredTensor } from '@gradalign/core';
import { larger, tensorDifference } from './relative-difference.ts';
import type { TorchStep } from './torch-training.ts';

/** Tensors by our names. */
export type States = ReadonlyMap<string, StoredTensor>;

export interface Difference {
  /** Over the domains' risks and the auxiliary loss: |a - b| / |b|, the largest. */
  readonly losses: number;
  /** Over the tensors: the largest difference of an entry over the largest entry of its tensor. */
  readonly weights: Worst;
  readonly statistics: Worst;
  /** ‖a - b‖ / ‖b - start‖, one l2 norm over all weights together: of what was added to the start. */
  readonly moves: number;
}

export interface Worst {
  readonly difference: number;
  readonly name: string;
}

/** Parameters and running statistics; throws where a tensor is missing on either side. */
export function compareStates(a: States, b: States, start: States): Omit<Difference, 'losses'> {
  const stray = [...a.keys()].find((name) => !b.has(name)) ?? [...b.keys()].find((name) => !a.has(name));
  if (stray !== undefined) throw new Error(`Cannot compare networks: one of them has no '${stray}', expected the same tensors`);
  let [weights, statistics]: [Worst, Worst] = [none, none];
  let [apart, moved] = [0, 0];
  for (const [name, { data }] of a) {
    const difference = tensorDifference(data, (b.get(name) as StoredTensor).data, (start.get(name) as StoredTensor).data);
    if (/\/moving(Mean|Variance)$/.test(name)) statistics = worse(statistics, { name, difference: difference.relative });
    else {
      weights = worse(weights, { name, difference: difference.relative });
      apart += difference.apart;
      moved += difference.moved;
    }
  }
  return { weights, statistics, moves: apart === 0 ? 0 : Math.sqrt(apart / moved) };
}

const none: Worst = { difference: 0, name: '' };

function worse(a: Worst, b: Worst): Worst {
  return larger(a.difference, b.difference) === a.difference ? a : b;
}

/** Infinite where one side lacks a domain that the other has. */
export function lossDifference(ours: LossValues, torch: Pick<TorchStep, 'risks' | 'auxiliary'>, domains: readonly string[]): number {
  const pairs = [...domains.map((name, i) => [ours.risks[name], torch.risks[i] ?? undefined] as const), [ours.auxiliary, torch.auxiliary] as const];
  return pairs.reduce((worst, [a, b]) => larger(worst, relativeLoss(a, b)), 0);
}

function relativeLoss(a: number | undefined, b: number | undefined): number {
  if (a === undefined || b === undefined) return a === b ? 0 : Number.POSITIVE_INFINITY;
  return a === b ? 0 : Math.abs(a - b) / Math.abs(b);
}
