import jstat from 'jstat';
import { MetricError } from './errors.ts';
import type { Roc } from './roc.ts';

/** A point of a detection error trade-off curve. */
export interface DetPoint {
  readonly threshold: number;
  /** Share of attacks accepted, all species together. */
  readonly apcer: number;
  readonly bpcer: number;
  /** Normal deviates Φ⁻¹ of both: the coordinates of the plot. Kept within Φ⁻¹ of half a sample, where a rate is 0 or 1. */
  readonly x: number;
  readonly y: number;
}

/**
 * DET points (Martin et al., Eurospeech 1997; ISO/IEC 19795-1; bob's `bob.measure.det`), thresholds descending: APCER over BPCER, both as normal
 * deviates, so that scores of two normal distributions give a straight line.
 *
 * @param most at most so many points, spread evenly over the curve (default: all)
 */
export function detPoints(curve: Roc, most = Number.POSITIVE_INFINITY): DetPoint[] {
  const [bonaFide, attacks] = totals(curve);
  return thinned(curve.length, most).map((i) => {
    const [apcer, bpcer] = [curve.fpr[i] as number, 1 - (curve.tpr[i] as number)];
    return { threshold: curve.thresholds[i] as number, apcer, bpcer, x: deviate(apcer, attacks), y: deviate(bpcer, bonaFide) };
  });
}

/** APCER (all species together) and BPCER at a threshold. */
export interface ThresholdPoint {
  readonly threshold: number;
  readonly apcer: number;
  readonly bpcer: number;
}

/**
 * APCER and BPCER over the threshold, thresholds ascending.
 *
 * @param most at most so many points, spread evenly over the curve (default: all)
 */
export function thresholdCurve(curve: Roc, most = Number.POSITIVE_INFINITY): ThresholdPoint[] {
  // The first point has no finite threshold.
  return thinned(curve.length - 1, most)
    .map((i) => ({ threshold: curve.thresholds[i + 1] as number, apcer: curve.fpr[i + 1] as number, bpcer: 1 - (curve.tpr[i + 1] as number) }))
    .reverse();
}

/** A point of an expected performance curve. */
export interface EpcPoint {
  /** Weight of APCER, 0..1. */
  readonly weight: number;
  /** Chosen on the development scores. */
  readonly threshold: number;
  /** (APCER + BPCER) / 2 of the test scores there. */
  readonly hter: number;
}

/**
 * Expected performance curve (Bengio, Mariéthoz and Keller, ICML workshop on ROC analysis 2005; bob's `bob.measure.epc`): for each weight w
 * the threshold that has the least w · APCER + (1 - w) · BPCER on the development scores, the stricter one of equals, and the HTER on the test
 * scores there.
 *
 * @param points number of weights, evenly over 0..1 (default 101)
 */
export function expectedPerformanceCurve(dev: Roc, test: Roc, points = 101): EpcPoint[] {
  if (!Number.isInteger(points) || points < 2) throw new RangeError(`Cannot draw an EPC: there are ${points} points, expected a whole number from 2 on`);
  totals(dev);
  totals(test);
  return Array.from({ length: points }, (_, i) => {
    const weight = i / (points - 1);
    let best = 0;
    let least = Number.POSITIVE_INFINITY;
    for (let t = 0; t < dev.length; t++) {
      const cost = weight * (dev.fpr[t] as number) + (1 - weight) * (1 - (dev.tpr[t] as number));
      if (cost < least) {
        least = cost;
        best = t;
      }
    }
    const threshold = best > 0 ? (dev.thresholds[best] as number) : (dev.thresholds[1] as number) + 1;
    const at = lastAtLeast(test, threshold);
    return { weight, threshold, hter: ((test.fpr[at] as number) + 1 - (test.tpr[at] as number)) / 2 };
  });
}

/** The last point of a curve whose threshold is at least `threshold`: it accepts the same samples. */
function lastAtLeast({ thresholds }: Roc, threshold: number): number {
  let [low, high] = [0, thresholds.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((thresholds[middle] as number) >= threshold) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function totals({ length, acceptedBonaFide, acceptedAttacks }: Roc): [number, number] {
  if (length < 2) throw new MetricError('Cannot draw a curve: the ROC has no points, expected a full ROC');
  return [acceptedBonaFide[length - 1] as number, acceptedAttacks[length - 1] as number];
}

/** Indices 0 ... length - 1, or `most` of them with both ends. */
function thinned(length: number, most: number): number[] {
  if (!(most >= 2)) throw new RangeError(`Cannot draw a curve: at most ${most} points were asked for, expected 2 or more`);
  const count = Math.min(length, most);
  return Array.from({ length: count }, (_, i) => (count === length ? i : Math.round((i * (length - 1)) / (count - 1))));
}

function deviate(share: number, of: number): number {
  return jstat.normal.inv(Math.min(Math.max(share, 0.5 / of), 1 - 0.5 / of), 0, 1);
}
