import { createSeed } from '@gradalign/core';
import type { SearchRange } from './study-definition.ts';

/** Path in the experiment to value. */
export type Settings = Readonly<Record<string, unknown>>;

/**
 * N trials by Latin hypercube: each range is cut into N parts of equal logarithmic width, each part is drawn from once, and the parts of different
 * paths are paired at random. The draws depend on the seed and the path alone, so methods that search the same path try the same shares of its range.
 * Values have two significant digits.
 */
export function drawTrials(search: Readonly<Record<string, SearchRange>>, { trials, seed }: { readonly trials: number; readonly seed: number }): Settings[] {
  const stream = createSeed(seed).stream('search');
  const columns = Object.entries(search).map(([path, { from, to }]) => {
    if (!(from > 0 && to >= from))
      throw new RangeError(`Cannot search '${path}': its range is ${from} to ${to}, expected two positive numbers in rising order`);
    const random = stream.at(path);
    const parts = random.shuffle(Array.from({ length: trials }, (_, part) => part));
    return { path, values: parts.map((part) => Number((from * (to / from) ** ((part + random.uniform()) / trials)).toPrecision(2))) };
  });
  return Array.from({ length: trials }, (_, trial) => Object.fromEntries(columns.map(({ path, values }) => [path, values[trial]])));
}
