import type { Random } from '@gradalign/core';

export type Range = readonly [low: number, high: number];

/** The distribution of a stage's parameters: numbers uniform in a range, names from a list. */
export type RangesOf<Parameters> = { readonly [K in keyof Parameters]: Parameters[K] extends number ? Range : readonly Parameters[K][] };

/** One value for each parameter, drawn in the order of the ranges. */
export function drawFrom<Parameters extends object>(ranges: RangesOf<Parameters>, random: Random): Parameters {
  const entries = Object.entries(ranges as Record<string, readonly unknown[]>);
  return Object.fromEntries(entries.map(([name, choices]) => [name, drawOne(choices, random)])) as Parameters;
}

function drawOne(choices: readonly unknown[], random: Random): unknown {
  const [low, high] = choices;
  return typeof low === 'number' && typeof high === 'number' ? random.uniform(low, high) : random.pick(choices);
}
