import type { LossValues, StoredTensor } from '@gradalign/core';
import { larger, relativeDifference } from './relative-difference.ts';
import type { TorchStep } from './torch-training.ts';

/** Tensors by our names. */
export type States = ReadonlyMap<string, StoredTensor>;

/** The largest over the tensors of a network, each relative to the largest entry of its own. */
export interface Difference {
  readonly weights: Worst;
  readonly statistics: Worst;
  /** Of what training has added to the weights since its start. */
  readonly moves: Worst;
}

export interface Worst {
  readonly difference: number;
  readonly name: string;
}

/** Throws where a tensor is missing on either side. */
export function compareStates(a: States, b: States, start: States): Difference {
  const stray = [...a.keys()].find((name) => !b.has(name)) ?? [...b.keys()].find((name) => !a.has(name));
  if (stray !== undefined) throw new Error(`Cannot compare networks: one of them has no '${stray}', expected the same tensors`);
  let [weights, statistics, moves]: [Worst, Worst, Worst] = [none, none, none];
  for (const [name, { data }] of a) {
    const { values, moves: added } = relativeDifference(data, (b.get(name) as StoredTensor).data, (start.get(name) as StoredTensor).data);
    if (/\/moving(Mean|Variance)$/.test(name)) statistics = worse(statistics, { name, difference: values });
    else {
      weights = worse(weights, { name, difference: values });
      moves = worse(moves, { name, difference: added });
    }
  }
  return { weights, statistics, moves };
}

const none: Worst = { difference: 0, name: '' };

function worse(a: Worst, b: Worst): Worst {
  return larger(a.difference, b.difference) === a.difference ? a : b;
}

/** The largest relative difference of the domains' risks and of the auxiliary loss; infinite where one side lacks a domain that the other has. */
export function lossDifference(ours: LossValues, torch: TorchStep, domains: readonly string[]): number {
  const pairs = [...domains.map((name, i) => [ours.risks[name], torch.risks[i] ?? undefined] as const), [ours.auxiliary, torch.auxiliary] as const];
  return pairs.reduce((worst, [a, b]) => larger(worst, relativeLoss(a, b)), 0);
}

function relativeLoss(a: number | undefined, b: number | undefined): number {
  if (a === undefined || b === undefined) return a === b ? 0 : Number.POSITIVE_INFINITY;
  return a === b ? 0 : Math.abs(a - b) / Math.abs(b);
}
