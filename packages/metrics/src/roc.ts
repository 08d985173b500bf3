import { NoSamplesError, OneClassError, ScoreError } from './errors.ts';

/**
 * A receiver operating characteristic as columns of one length, thresholds descending. At point i, samples whose score is at least
 * `thresholds[i]` are accepted as bona fide. One point a distinct score (none is left out, equal scores share one), after a first point
 * with threshold Infinity that accepts nothing. The last point accepts everything.
 */
export interface Roc {
  /** Number of points. */
  readonly length: number;
  readonly thresholds: Float64Array;
  /** Share of bona fide samples accepted, 1 - FRR. */
  readonly tpr: Float64Array;
  /** Share of attacks accepted, FAR. */
  readonly fpr: Float64Array;
  /** How many bona fide samples are accepted. */
  readonly acceptedBonaFide: Uint32Array;
  /** How many attacks are accepted. */
  readonly acceptedAttacks: Uint32Array;
}

/** One point of an Roc. */
export interface RocPoint {
  readonly threshold: number;
  readonly tpr: number;
  readonly fpr: number;
  readonly acceptedBonaFide: number;
  readonly acceptedAttacks: number;
}

/**
 * The full ROC: what scikit-learn's `roc_curve` gives with `drop_intermediate=False`. Sorts once: O(n log n).
 *
 * @throws NoSamplesError, OneClassError unless there are scores of both kinds
 * @throws ScoreError unless all are finite
 */
export function roc(bonaFide: ArrayLike<number>, attacks: ArrayLike<number>): Roc {
  if (bonaFide.length === 0 || attacks.length === 0) {
    const message = `Cannot draw an ROC: there are ${bonaFide.length} bona fide samples and ${attacks.length} attacks, expected some of both`;
    throw bonaFide.length + attacks.length === 0 ? new NoSamplesError(message) : new OneClassError(message);
  }
  const live = ascending(bonaFide);
  const spoof = ascending(attacks);
  const [m, n] = [live.length, spoof.length];
  const most = m + n + 1;
  const columns = { thresholds: new Float64Array(most), acceptedBonaFide: new Uint32Array(most), acceptedAttacks: new Uint32Array(most) };
  columns.thresholds[0] = Number.POSITIVE_INFINITY;
  let [i, j, length] = [0, 0, 1];
  while (i < m || j < n) {
    const threshold = Math.max(i < m ? (live[m - 1 - i] as number) : Number.NEGATIVE_INFINITY, j < n ? (spoof[n - 1 - j] as number) : Number.NEGATIVE_INFINITY);
    while (i < m && live[m - 1 - i] === threshold) i++;
    while (j < n && spoof[n - 1 - j] === threshold) j++;
    columns.thresholds[length] = threshold;
    columns.acceptedBonaFide[length] = i;
    columns.acceptedAttacks[length++] = j;
  }
  const acceptedBonaFide = columns.acceptedBonaFide.slice(0, length);
  const acceptedAttacks = columns.acceptedAttacks.slice(0, length);
  return {
    length,
    thresholds: columns.thresholds.slice(0, length),
    tpr: shares(acceptedBonaFide, m),
    fpr: shares(acceptedAttacks, n),
    acceptedBonaFide,
    acceptedAttacks,
  };
}

/** The points one by one, for those who want objects. */
export function rocPoints({ length, thresholds, tpr, fpr, acceptedBonaFide, acceptedAttacks }: Roc): RocPoint[] {
  return Array.from({ length }, (_, i) => ({
    threshold: thresholds[i] as number,
    tpr: tpr[i] as number,
    fpr: fpr[i] as number,
    acceptedBonaFide: acceptedBonaFide[i] as number,
    acceptedAttacks: acceptedAttacks[i] as number,
  }));
}

function ascending(scores: ArrayLike<number>): Float64Array {
  for (let i = 0; i < scores.length; i++) {
    if (!Number.isFinite(scores[i])) throw new ScoreError(`Cannot draw an ROC: score ${i} is ${scores[i]}, expected a finite number`, i);
  }
  return Float64Array.from(scores).sort();
}

function shares(counts: Uint32Array, of: number): Float64Array {
  const result = new Float64Array(counts.length);
  for (let i = 0; i < counts.length; i++) result[i] = (counts[i] as number) / of;
  return result;
}
