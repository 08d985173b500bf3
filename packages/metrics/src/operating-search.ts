import { acceptedAttacks, acceptedBonaFide, type WeightedSample, weightedBpcer, worstSpeciesApcer } from './weighted-sample.ts';

/*
 * Points of the curve are numbered as in an ROC: 0 accepts nothing, t accepts what scores at least `thresholds[t - 1]`. What is accepted grows
 * with t, and so do the floating-point rates, since division and addition round monotonically: every search below is a binary one and finds
 * the same point as a walk along the full curve.
 */

/** Equal error point of a resample, by the published rule (see equalErrorRate). */
export function equalErrorPoint(sample: WeightedSample): { readonly threshold: number; readonly far: number; readonly frr: number } {
  const { thresholds } = sample.ranked;
  const distance = (t: number) => tprAt(sample, t) + fprAt(sample, t) - 1;
  const right = first(thresholds.length, (t) => distance(t) >= 0);
  const before = right > 0 ? distance(right - 1) : Number.NEGATIVE_INFINITY;
  const best = Math.abs(before) <= Math.abs(distance(right)) ? first(thresholds.length, (t) => distance(t) >= before) : right;
  return { threshold: thresholdAt(sample, best), far: fprAt(sample, best), frr: 1 - tprAt(sample, best) };
}

/** The smallest of the scores at which FAR, all attacks together, is at most `fpr`. */
export function thresholdAtFpr(sample: WeightedSample, fpr: number): number {
  return thresholdAt(
    sample,
    last(sample, (t) => fprAt(sample, t) <= fpr),
  );
}

/** The smallest of the scores at which the APCER of the worst species is at most `limit`; above all scores where there is none. */
export function thresholdAtApcer(sample: WeightedSample, limit: number): number {
  return thresholdAt(
    sample,
    last(sample, (t) => worstSpeciesApcer(sample, rawThreshold(sample, t)) <= limit),
  );
}

/** The largest of the scores at which BPCER is at most `limit`. */
export function thresholdAtBpcer(sample: WeightedSample, limit: number): number {
  return thresholdAt(
    sample,
    first(sample.ranked.thresholds.length, (t) => weightedBpcer(sample, rawThreshold(sample, t)) <= limit),
  );
}

/** A finite threshold for point t: the highest score that has weight, plus 1, for the point that accepts nothing. */
function thresholdAt(sample: WeightedSample, t: number): number {
  if (t > 0) return rawThreshold(sample, t);
  const highest = first(sample.ranked.thresholds.length, (point) => tprAt(sample, point) + fprAt(sample, point) > 0);
  return rawThreshold(sample, highest) + 1;
}

function rawThreshold({ ranked }: WeightedSample, t: number): number {
  return t === 0 ? Number.POSITIVE_INFINITY : (ranked.thresholds[t - 1] as number);
}

function tprAt(sample: WeightedSample, t: number): number {
  return acceptedBonaFide(sample, rawThreshold(sample, t)) / sample.bonaFide;
}

function fprAt(sample: WeightedSample, t: number): number {
  return acceptedAttacks(sample, rawThreshold(sample, t)) / sample.attacks;
}

/** The first of 0 ... end for which `holds`, which stays true once it is; `end` where none is. */
function first(end: number, holds: (t: number) => boolean): number {
  let [low, high] = [0, end];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The last point for which `holds`, which stays false once it is and is true for point 0. */
function last(sample: WeightedSample, holds: (t: number) => boolean): number {
  const end = sample.ranked.thresholds.length + 1;
  return first(end, (t) => !holds(t)) - 1;
}
