import { countAtLeast, type RankedAttacks, type RankedScores } from './ranked-scores.ts';

/**
 * Ranked scores of which each unit counts a whole number of times: a resample without copies. Sums of weights up to each rank answer, in
 * O(log n) a threshold, what a literal copy of the samples would.
 */
export interface WeightedSample {
  readonly ranked: RankedScores;
  /** Each sample is a unit of its own. */
  readonly single: boolean;
  /** Sum of the weights of all bona fide samples, and of all attacks. */
  bonaFide: number;
  attacks: number;
  /** 2 · AUC · bonaFide · attacks: an exact whole number. */
  twiceTheArea: number;
  /** Sums of the weights of the first i bona fide samples, i = 0 ... m. */
  readonly bonaFideSums: WeightSums;
  /** The same by species. */
  readonly attackSums: readonly WeightSums[];
}

type WeightSums = Int32Array | Float64Array;

/** Room for the sums; `weigh` fills it. */
export function weightedSample(ranked: RankedScores): WeightedSample {
  const attackCount = ranked.attacks.reduce((n, { scores }) => n + scores.length, 0);
  const bonaFideCount = ranked.bonaFide.scores.length;
  const single = ranked.bonaFideUnits === bonaFideCount && ranked.attackUnits === attackCount;
  // A resample of units of different size may be larger than the sample; 32 bits hold all sums unless it is huge.
  const most = single ? 0 : Math.max(ranked.bonaFideUnits * bonaFideCount, ranked.attackUnits * attackCount);
  const sums = (length: number) => (most < 2 ** 31 ? new Int32Array(length + 1) : new Float64Array(length + 1));
  return {
    ranked,
    single,
    bonaFide: 0,
    attacks: 0,
    twiceTheArea: 0,
    bonaFideSums: sums(ranked.bonaFide.scores.length),
    attackSums: ranked.attacks.map(({ scores }) => sums(scores.length)),
  };
}

/** Takes each unit as often as its weight says. */
export function weigh(sample: WeightedSample, bonaFideWeights: Uint16Array, attackWeights: Uint16Array): void {
  const { ranked, bonaFideSums, attackSums } = sample;
  sample.bonaFide = sumWeights(bonaFideSums, ranked.bonaFide.units, bonaFideWeights, sample.single);
  sample.attacks = 0;
  sample.twiceTheArea = 0;
  for (let s = 0; s < attackSums.length; s++) {
    const attacks = ranked.attacks[s] as RankedAttacks;
    const sums = attackSums[s] as WeightSums;
    sample.attacks += sumWeights(sums, attacks.units, attackWeights, sample.single);
    sample.twiceTheArea += twiceTheArea(attacks, sums, bonaFideSums);
  }
}

/** Weight of the bona fide samples with score >= threshold. */
export function acceptedBonaFide({ ranked, bonaFideSums }: WeightedSample, threshold: number): number {
  return bonaFideSums[countAtLeast(ranked.bonaFide.scores, threshold)] as number;
}

/** Weight of the attacks of species `s` with score >= threshold. */
function acceptedOfSpecies({ ranked, attackSums }: WeightedSample, s: number, threshold: number): number {
  return (attackSums[s] as WeightSums)[countAtLeast((ranked.attacks[s] as RankedAttacks).scores, threshold)] as number;
}

/** Weight of the attacks of all species with score >= threshold. */
export function acceptedAttacks(sample: WeightedSample, threshold: number): number {
  let accepted = 0;
  for (let s = 0; s < sample.attackSums.length; s++) accepted += acceptedOfSpecies(sample, s, threshold);
  return accepted;
}

/** APCER of species `s`; NaN where the resample has none of it. */
export function speciesApcer(sample: WeightedSample, s: number, threshold: number): number {
  const sums = sample.attackSums[s] as WeightSums;
  return acceptedOfSpecies(sample, s, threshold) / (sums[sums.length - 1] as number);
}

/** APCER of the worst species that the resample has. */
export function worstSpeciesApcer(sample: WeightedSample, threshold: number): number {
  let worst = 0;
  for (let s = 0; s < sample.attackSums.length; s++) {
    const rate = speciesApcer(sample, s, threshold);
    if (rate > worst) worst = rate;
  }
  return worst;
}

/** Share of bona fide samples refused. */
export function weightedBpcer(sample: WeightedSample, threshold: number): number {
  return (sample.bonaFide - acceptedBonaFide(sample, threshold)) / sample.bonaFide;
}

/** Sums up to each rank; returns the sum of all. Where each sample is a unit of its own, units are numbered by rank and need no look-up. */
function sumWeights(sums: WeightSums, units: Int32Array, weights: Uint16Array, single: boolean): number {
  const n = units.length;
  let sum = 0;
  if (single) {
    const offset = units[0] as number;
    for (let i = 0; i < n; i++) {
      sum += weights[offset + i] as number;
      sums[i + 1] = sum;
    }
    return sum;
  }
  for (let i = 0; i < n; i++) {
    sum += weights[units[i] as number] as number;
    sums[i + 1] = sum;
  }
  return sum;
}

/** Σ over the attacks of one species of weight · (bona fide that score higher + bona fide that score at least as high). */
function twiceTheArea({ above, atLeast }: RankedAttacks, attackSums: WeightSums, bonaFideSums: WeightSums): number {
  const n = above.length;
  const places = (i: number) => (bonaFideSums[above[i] as number] as number) + (bonaFideSums[atLeast[i] as number] as number);
  // Sums of whole numbers are exact in any order: two at a time do not wait for each other.
  let [even, odd] = [0, 0];
  for (let i = 1; i < n; i += 2) {
    even += ((attackSums[i] as number) - (attackSums[i - 1] as number)) * places(i - 1);
    odd += ((attackSums[i + 1] as number) - (attackSums[i] as number)) * places(i);
  }
  if (n % 2 === 1) even += ((attackSums[n] as number) - (attackSums[n - 1] as number)) * places(n - 1);
  return even + odd;
}
