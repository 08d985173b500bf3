import { xoshiro } from './random-counts.ts';
import { type PairedTest, requireDifferences } from './wilcoxon-signed-rank.ts';

/** Options of `pairedPermutationTest`. */
export interface PairedPermutationOptions {
  /** Up to this many pairs all 2^n signs are counted; at most 24, default 16. */
  readonly exactUpTo?: number;
  /** Draws of signs where there are more pairs; default 100,000. */
  readonly rounds?: number;
  /** Of the draws: the same seed gives the same p; default 0. */
  readonly seed?: number;
}

/**
 * Paired permutation test of differences, two-sided, on their mean (Fisher's test of random signs):
 *
 *     p = share of all signs s with |Σ s_i d_i| ≥ |Σ d_i|
 *
 * Exact for up to 16 pairs. Above, over signs drawn by the seed, the observed ones counted among them: p = (b + 1) / (rounds + 1).
 *
 * @throws NoSamplesError without differences, ScoreError where one is not finite
 */
export function pairedPermutationTest(
  differences: readonly number[],
  { exactUpTo = 16, rounds = 100_000, seed = 0 }: PairedPermutationOptions = {},
): PairedTest {
  requireDifferences(differences, 'the paired permutation test');
  const n = differences.length;
  const observed = Math.abs(differences.reduce((sum, difference) => sum + difference, 0));
  // Sums in another order differ in their last bits: what is equal on paper counts as equal.
  const enough = observed - 1e-12 * differences.reduce((sum, difference) => sum + Math.abs(difference), 0);
  if (n <= Math.min(24, exactUpTo)) {
    let extreme = 0;
    for (let signs = 0; signs < 2 ** n; signs++) {
      let sum = 0;
      for (let i = 0; i < n; i++) sum += (signs >>> i) & 1 ? (differences[i] as number) : -(differences[i] as number);
      if (Math.abs(sum) >= enough) extreme++;
    }
    return { p: extreme / 2 ** n, n, method: 'exact' };
  }
  const next = randomSigns(seed);
  let extreme = 1;
  for (let round = 0; round < rounds; round++) {
    let sum = 0;
    for (const difference of differences) sum += next() ? difference : -difference;
    if (Math.abs(sum) >= enough) extreme++;
  }
  return { p: extreme / (rounds + 1), n, method: 'random' };
}

/** Signs from 32 random bits at a time. */
function randomSigns(seed: number): () => boolean {
  const next = xoshiro([seed]);
  let bits = 0;
  let left = 0;
  return () => {
    if (left === 0) {
      bits = next();
      left = 32;
    }
    const positive = (bits & 1) === 1;
    bits >>>= 1;
    left--;
    return positive;
  };
}
