import jstat from 'jstat';
import { NoSamplesError, ScoreError } from './errors.ts';

/** Result of a paired test, two-sided. */
export interface PairedTest {
  /** Probability of differences at least as far from 0, if their signs were random. */
  readonly p: number;
  /** Pairs that the test is over: Wilcoxon's leaves out differences of 0. */
  readonly n: number;
  /** `exact`: over all 2^n signs; `normal`: by the normal approximation; `random`: over signs drawn by a seed. */
  readonly method: 'exact' | 'normal' | 'random';
}

/** Result of Wilcoxon's test. */
export interface WilcoxonTest extends PairedTest {
  /** The smaller one of the rank sums of positive and of negative differences. */
  readonly statistic: number;
}

/** Up to this many pairs the distribution is counted out; above, the normal approximation differs from it by less than 1e-3. */
const exactUpTo = 200;

/**
 * Wilcoxon's signed rank test of paired differences, two-sided (Wilcoxon 1945): with the ranks r of |d|, equal ones sharing their mean,
 *
 *     W+ = Σ r over d > 0,  W- = Σ r over d < 0,  p = 2 · P(W ≤ min(W+, W-)), at most 1
 *
 * Differences of 0 are left out. Exact for up to 200 pairs, with ties too: the distribution is that of the ranks at hand under all 2^n signs. The normal
 * approximation above has the correction for ties and none for continuity. Without any difference p is 1.
 *
 * @throws NoSamplesError without differences, ScoreError where one is not finite
 */
export function wilcoxonSignedRank(differences: readonly number[]): WilcoxonTest {
  requireDifferences(differences, 'the signed rank test');
  const ranked = rankMagnitudes(differences.filter((difference) => difference !== 0));
  const n = ranked.length;
  if (n === 0) return { p: 1, n, method: 'exact', statistic: 0 };
  const total = (n * (n + 1)) / 2;
  const positive = ranked.reduce((sum, { rank, sign }) => (sign > 0 ? sum + rank : sum), 0);
  const statistic = Math.min(positive, total - positive);
  if (n <= exactUpTo)
    return {
      p: Math.min(
        1,
        2 *
          shareUpTo(
            statistic,
            ranked.map(({ rank }) => rank),
          ),
      ),
      n,
      method: 'exact',
      statistic,
    };
  const variance = ranked.reduce((sum, { rank }) => sum + rank ** 2, 0) / 4;
  return { p: Math.min(1, 2 * jstat.normal.cdf((statistic - total / 2) / Math.sqrt(variance), 0, 1)), n, method: 'normal', statistic };
}

/** @throws NoSamplesError without differences, ScoreError where one is not finite */
export function requireDifferences(differences: readonly number[], test: string): void {
  if (differences.length === 0) throw new NoSamplesError(`Cannot compute ${test}: there are no differences, expected at least one`);
  const index = differences.findIndex((difference) => !Number.isFinite(difference));
  if (index >= 0) throw new ScoreError(`Cannot compute ${test}: difference ${index} is ${differences[index]}, expected a finite number`, index);
}

interface Ranked {
  readonly rank: number;
  readonly sign: number;
}

/** Ranks of the magnitudes, from 1; equal ones share the mean of their places. */
function rankMagnitudes(differences: readonly number[]): Ranked[] {
  const sorted = [...differences].sort((a, b) => Math.abs(a) - Math.abs(b));
  const ranked: Ranked[] = [];
  for (let from = 0; from < sorted.length; ) {
    let to = from + 1;
    while (to < sorted.length && Math.abs(sorted[to] as number) === Math.abs(sorted[from] as number)) to++;
    for (let i = from; i < to; i++) ranked.push({ rank: (from + 1 + to) / 2, sign: Math.sign(sorted[i] as number) });
    from = to;
  }
  return ranked;
}

/** Share of all signs under which the ranks of the positive ones sum to at most `statistic`. */
function shareUpTo(statistic: number, ranks: readonly number[]): number {
  // Twice the ranks, which may be halves, are whole numbers.
  const limit = Math.round(2 * statistic);
  let shares = new Float64Array(limit + 1);
  shares[0] = 1;
  for (const rank of ranks) {
    const step = Math.round(2 * rank);
    const next = new Float64Array(limit + 1);
    for (let sum = 0; sum <= limit; sum++) next[sum] = ((shares[sum] as number) + (sum >= step ? (shares[sum - step] as number) : 0)) / 2;
    shares = next;
  }
  return shares.reduce((sum, share) => sum + share, 0);
}
