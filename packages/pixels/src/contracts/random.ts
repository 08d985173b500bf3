/** A random number generator with its own state: sfc32, Chris Doty-Humphrey's small fast counting generator, with a period of at least 2^32. */
export interface Random {
  /** A number in [low, high), by default [0, 1), with 32 random bits. */
  uniform(low?: number, high?: number): number;
  /** A standard normal number (Box-Muller). */
  normal(): number;
  /** A whole number in 0 .. n - 1. */
  integer(n: number): number;
  /** True with probability p. */
  chance(p: number): boolean;
  /** One of the items. Throws a RangeError for an empty list. */
  pick<T>(items: readonly T[]): T;
  /** A shuffled copy (Fisher-Yates). */
  shuffle<T>(items: readonly T[]): T[];
}
