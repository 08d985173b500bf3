import { requireKinds } from './kinds.ts';
import { type ResamplingUnits, resamplingUnits, type Unit } from './resampling-units.ts';
import { bonaFideLabel, requireFinite, requireLabel, requireLengths, type Scores, unknownSpecies } from './scores.ts';

/** Scores in descending order with the unit of resampling of each. */
export interface RankedSamples {
  readonly scores: Float64Array;
  /** Numbered in the order of the ranks, so that units of one sample are read in sequence. */
  readonly units: Int32Array;
}

/** Attacks of one species, with their place among the bona fide samples. */
export interface RankedAttacks extends RankedSamples {
  readonly species: string;
  /** How many bona fide samples score higher than the attack. */
  readonly above: Int32Array;
  /** How many bona fide samples score at least as high. */
  readonly atLeast: Int32Array;
}

/** Everything about scores that stays the same in all resamples. */
export interface RankedScores {
  readonly bonaFide: RankedSamples;
  /** In the order of the species' names; none is empty. */
  readonly attacks: readonly RankedAttacks[];
  /** The distinct scores, descending. */
  readonly thresholds: Float64Array;
  readonly over: Unit;
  readonly bonaFideUnits: number;
  readonly attackUnits: number;
}

/**
 * Sorts once; all figures and all resamples then work on ranks.
 *
 * @param figure named in errors
 * @throws NoSamplesError, OneClassError, ScoreError, LabelError, LengthError
 */
export function rankScores(scores: Scores, figure = 'figures'): RankedScores {
  const { scores: values, labels, species, subjects, videos, domains } = scores;
  requireLengths(values.length, { labels, species, subjects, videos, domains }, figure);
  const bySpecies = new Map<string, number[]>();
  const live: number[] = [];
  for (let i = 0; i < values.length; i++) {
    requireFinite(values[i] as number, i, figure);
    requireLabel(labels[i] as number, i, figure);
    if (labels[i] === bonaFideLabel) live.push(i);
    else {
      const name = species?.[i] || unknownSpecies;
      const rows = bySpecies.get(name);
      if (rows) rows.push(i);
      else bySpecies.set(name, [i]);
    }
  }
  requireKinds(figure, 'both', { bonaFide: live.length, attacks: values.length - live.length });
  const units = resamplingUnits(scores);
  const bonaFide = rank(live, values, renumbering(units, units.bonaFide));
  const renumber = renumbering(units, units.attacks);
  const attacks = [...bySpecies.keys()].sort().map((name): RankedAttacks => {
    const ranked = rank(bySpecies.get(name) as number[], values, renumber);
    return { species: name, ...ranked, ...places(ranked.scores, bonaFide.scores) };
  });
  return {
    bonaFide,
    attacks,
    thresholds: distinctDescending(values),
    over: units.over,
    bonaFideUnits: units.bonaFide,
    attackUnits: units.attacks,
  };
}

/** How many of the descending scores are at least `threshold`. */
export function countAtLeast(descending: Float64Array, threshold: number): number {
  let [low, high] = [0, descending.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((descending[middle] as number) >= threshold) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A new code for the unit of each row that is asked for, counted in the order of asking. */
function renumbering({ codes }: ResamplingUnits, count: number): (row: number) => number {
  const fresh = new Int32Array(count).fill(-1);
  let next = 0;
  return (row) => {
    const code = codes[row] as number;
    if (fresh[code] === -1) fresh[code] = next++;
    return fresh[code] as number;
  };
}

function rank(rows: readonly number[], values: ArrayLike<number>, unitOf: (row: number) => number): RankedSamples {
  const order = descendingOrder(rows, values);
  return { scores: Float64Array.from(order, (row) => values[row] as number), units: Int32Array.from(order, unitOf) };
}

/** Rows by descending score, equal scores in the order of the rows. */
function descendingOrder(rows: readonly number[], values: ArrayLike<number>): Uint32Array {
  return Uint32Array.from(rows).sort((a, b) => (values[b] as number) - (values[a] as number) || a - b);
}

function places(attacks: Float64Array, bonaFide: Float64Array): { above: Int32Array; atLeast: Int32Array } {
  const above = new Int32Array(attacks.length);
  const atLeast = new Int32Array(attacks.length);
  let [higher, same] = [0, 0];
  for (let i = 0; i < attacks.length; i++) {
    const score = attacks[i] as number;
    while (higher < bonaFide.length && (bonaFide[higher] as number) > score) higher++;
    while (same < bonaFide.length && (bonaFide[same] as number) >= score) same++;
    above[i] = higher;
    atLeast[i] = same;
  }
  return { above, atLeast };
}

function distinctDescending(values: ArrayLike<number>): Float64Array {
  const sorted = Float64Array.from(values).sort().reverse();
  let kept = 0;
  for (let i = 0; i < sorted.length; i++) if (i === 0 || sorted[i] !== sorted[kept - 1]) sorted[kept++] = sorted[i] as number;
  return sorted.slice(0, kept);
}
