/**
 * One point of a receiver operating characteristic. Samples whose score is at least `threshold` are accepted as bona fide:
 * `tpr` is the share of bona fide that is accepted (1 - FRR), `fpr` the share of attacks that is accepted (FAR).
 */
export interface RocPoint {
  readonly threshold: number;
  readonly tpr: number;
  readonly fpr: number;
  /** How many bona fide samples and how many attacks are accepted. */
  readonly acceptedBonaFide: number;
  readonly acceptedAttacks: number;
}

/**
 * The full ROC, thresholds descending: one point a distinct score (none is left out, equal scores share one), after a first point with
 * threshold Infinity that accepts nothing. Throws a RangeError unless there are scores of both kinds, all finite.
 */
export function roc(bonaFide: readonly number[], attacks: readonly number[]): RocPoint[] {
  if (bonaFide.length === 0 || attacks.length === 0) {
    throw new RangeError(`Cannot draw an ROC: there are ${bonaFide.length} bona fide samples and ${attacks.length} attacks, expected some of both`);
  }
  const live = descending(bonaFide);
  const spoof = descending(attacks);
  const points: RocPoint[] = [];
  let [i, j] = [0, 0];
  const add = (threshold: number) => points.push({ threshold, tpr: i / live.length, fpr: j / spoof.length, acceptedBonaFide: i, acceptedAttacks: j });
  add(Number.POSITIVE_INFINITY);
  while (i < live.length || j < spoof.length) {
    const threshold = Math.max(live[i] ?? Number.NEGATIVE_INFINITY, spoof[j] ?? Number.NEGATIVE_INFINITY);
    while (live[i] === threshold) i++;
    while (spoof[j] === threshold) j++;
    add(threshold);
  }
  return points;
}

function descending(scores: readonly number[]): Float64Array {
  const bad = scores.findIndex((score) => !Number.isFinite(score));
  if (bad >= 0) throw new RangeError(`Cannot draw an ROC: score ${bad} is ${scores[bad]}, expected a finite number`);
  return Float64Array.from(scores).sort().reverse();
}
