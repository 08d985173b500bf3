import jstat from 'jstat';
import { ResamplingError } from './errors.ts';
import { type FigurePath, figurePaths, figureValues, type Operating } from './figure-values.ts';
import { drawCounts, shuffled } from './random-counts.ts';
import type { RankedScores } from './ranked-scores.ts';
import { type WeightedSample, weigh, weightedSample } from './weighted-sample.ts';

/** How intervals are made from the rounds of a bootstrap. */
export type IntervalMethod = 'percentile' | 'bca';

/** Options of a bootstrap. */
export interface BootstrapOptions {
  /** Resamples (default 1000). */
  readonly rounds?: number;
  /** The same seed gives the same intervals (default 0). */
  readonly seed?: number;
  /** Share of confidence (default 0.95). */
  readonly level?: number;
  /** `percentile`, or `bca` (bias-corrected and accelerated; the default). */
  readonly method?: IntervalMethod;
}

/** [low, high] of a value of the figures. */
export interface FigureInterval {
  readonly path: FigurePath;
  readonly interval: readonly [number, number];
}

/** At most so many groups of units are left out, one at a time, for the acceleration of BCa. */
const jackknifeGroups = 100;

/**
 * Bootstrap intervals of all figures (Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapters 13 and 14): units (subjects, videos
 * or samples) are drawn with replacement, bona fide and attacks apart, as many as there are; a threshold that the samples choose themselves is
 * chosen anew in each round. Rounds are weights on ranks, not copies: O(n) a round.
 *
 * BCa takes the acceleration from a jackknife over units, or over 100 random groups of them where there are more, bona fide and attacks apart.
 * A figure that no round changes (no error at all) has an interval of no width: the bootstrap cannot see errors that the sample has not.
 *
 * @throws ResamplingError with fewer than two units of a kind
 * @throws RangeError for options out of range
 */
export function bootstrapIntervals(ranked: RankedScores, operating: Operating, options: BootstrapOptions = {}): FigureInterval[] {
  const { rounds = 1000, seed = 0, level = 0.95, method = 'bca' } = options;
  if (!Number.isInteger(rounds) || rounds < 2) throw new RangeError(`Cannot resample: there are ${rounds} rounds, expected a whole number from 2 on`);
  if (!(level > 0 && level < 1)) throw new RangeError(`Cannot resample: the level is ${level}, expected a share between 0 and 1`);
  if (!Number.isSafeInteger(seed)) throw new RangeError(`Cannot resample: the seed is ${seed}, expected a whole number`);
  for (const [kind, n] of [
    ['bona fide samples', ranked.bonaFideUnits],
    ['attacks', ranked.attackUnits],
  ] as const) {
    if (n < 2) throw new ResamplingError(`Cannot resample over ${ranked.over}: the ${kind} come from ${n} of them, expected two or more`);
  }
  const paths = figurePaths(ranked, operating);
  const sample = weightedSample(ranked);
  const weights = { bonaFide: new Uint16Array(ranked.bonaFideUnits), attacks: new Uint16Array(ranked.attackUnits) };
  const values = new Float64Array(paths.length);
  const byFigure = paths.map(() => new Float64Array(rounds));
  for (let round = 0; round < rounds; round++) {
    drawCounts(weights.bonaFide, [seed, round, 1]);
    drawCounts(weights.attacks, [seed, round, 0]);
    weigh(sample, weights.bonaFide, weights.attacks);
    figureValues(sample, operating, values);
    for (let i = 0; i < values.length; i++) (byFigure[i] as Float64Array)[round] = values[i] as number;
  }
  const whole = new Float64Array(paths.length);
  weigh(sample, weights.bonaFide.fill(1), weights.attacks.fill(1));
  figureValues(sample, operating, whole);
  const accelerations = method === 'bca' ? jackknife(sample, operating, weights, whole.length, seed) : whole.map(() => 0);
  return paths.map((path, i) => ({
    path,
    interval: intervalOf(
      byFigure[i] as Float64Array,
      level,
      method === 'bca' ? { whole: whole[i] as number, acceleration: accelerations[i] as number } : undefined,
    ),
  }));
}

/** [low, high] from the rounds, by quantiles with linear interpolation; rounds without a value (NaN) are left out. */
function intervalOf(rounds: Float64Array, level: number, bca: { readonly whole: number; readonly acceleration: number } | undefined): [number, number] {
  const sorted = rounds.filter((value) => !Number.isNaN(value)).sort();
  const tail = (1 - level) / 2;
  if (!bca) return [quantile(sorted, tail), quantile(sorted, 1 - tail)];
  let [below, equal] = [0, 0];
  for (const value of sorted) {
    if (value < bca.whole) below++;
    else if (value === bca.whole) equal++;
  }
  // Ties count half; a share of 0 or 1 has no normal deviate.
  const share = Math.min(Math.max((below + equal / 2) / sorted.length, 0.5 / sorted.length), 1 - 0.5 / sorted.length);
  const bias = jstat.normal.inv(share, 0, 1);
  const adjusted = (probability: number) => {
    const z = bias + jstat.normal.inv(probability, 0, 1);
    return jstat.normal.cdf(bias + z / (1 - bca.acceleration * z), 0, 1);
  };
  return [quantile(sorted, adjusted(tail)), quantile(sorted, adjusted(1 - tail))];
}

/** By linear interpolation between the sorted values. */
export function quantile(sorted: Float64Array, probability: number): number {
  const place = probability * (sorted.length - 1);
  const below = Math.floor(place);
  const low = sorted[below] as number;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] as number;
  return low + (place - below) * (high - low);
}

/**
 * Acceleration of each figure, from empirical influence values U (Davison and Hinkley, Bootstrap Methods and their Application, 1997, 5.3.2):
 *
 *     a = (1/6) Σ_k Σ_i (U_ki / m_k)³ / (Σ_k Σ_i (U_ki / m_k)²)^(3/2),    U_ki = (m_k - 1)(mean_i θ_(-ki) - θ_(-ki))
 *
 * over the kinds k (bona fide, attacks) and their units i, or groups of units.
 */
function jackknife(
  sample: WeightedSample,
  operating: Operating,
  weights: { readonly bonaFide: Uint16Array; readonly attacks: Uint16Array },
  length: number,
  seed: number,
): Float64Array {
  const cubes = new Float64Array(length);
  const squares = new Float64Array(length);
  for (const kind of [weights.bonaFide, weights.attacks]) {
    const groups = Math.min(kind.length, jackknifeGroups);
    const order = shuffled(kind.length, [seed, kind === weights.bonaFide ? 1 : 0]);
    const without = Array.from({ length: groups }, (_, group) => {
      const [from, to] = [Math.floor((group * kind.length) / groups), Math.floor(((group + 1) * kind.length) / groups)];
      for (let i = from; i < to; i++) kind[order[i] as number] = 0;
      weigh(sample, weights.bonaFide, weights.attacks);
      const values = new Float64Array(length);
      figureValues(sample, operating, values);
      for (let i = from; i < to; i++) kind[order[i] as number] = 1;
      return values;
    });
    for (let figure = 0; figure < length; figure++) {
      // A species all of whose attacks were left out has no value.
      const known = without.map((values) => values[figure] as number).filter((value) => !Number.isNaN(value));
      const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
      for (const value of known) {
        const influence = ((known.length - 1) * (mean - value)) / known.length;
        cubes[figure] = (cubes[figure] as number) + influence ** 3;
        squares[figure] = (squares[figure] as number) + influence ** 2;
      }
    }
  }
  return cubes.map((cube, figure) => {
    const square = squares[figure] as number;
    return square === 0 ? 0 : cube / 6 / square ** 1.5;
  });
}
