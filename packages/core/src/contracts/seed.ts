import { createRandom, type Random } from '@gradalign/pixels';

export { createRandom, type Random };

/**
 * Named random streams: the same (seed, stream, keys) give the same numbers, whoever asks, in any order, on any thread.
 *
 *     const random = createSeed(7).stream('domain-batches').at(epoch, index);
 *     random.uniform(); random.integer(10); random.normal();
 */
export interface Seed {
  /** The number that the experiment gives. */
  readonly value: number;
  /** The stream of this name, independent of all others. */
  stream(name: string): RandomStream;
}

/** One named stream of a seed: a generator for each combination of keys. */
export interface RandomStream {
  /** A new generator for these keys. Two calls with equal keys give equal numbers; `1` and `'1'` are different keys. */
  at(...keys: readonly (number | string)[]): Random;
}

/** The random streams of a seed: a whole number >= 0. */
export function createSeed(value: number): Seed {
  return { value, stream: (name) => ({ at: (...keys) => createRandom([value, name, ...keys]) }) };
}
