import type { RocPoint } from './roc.ts';

/** Where FAR and FRR are nearest to each other. Shares in 0..1. */
export interface EqualErrorPoint {
  /** Accepted as bona fide when score >= threshold. Always finite. */
  readonly threshold: number;
  readonly far: number;
  readonly frr: number;
  /** (FAR + FRR) / 2 at this point. */
  readonly rate: number;
}

/**
 * The equal error point: the first index of argmin |TPR + FPR - 1| on the full ROC, thresholds descending, so the stricter one of equals.
 * In floating point and in this order of operations, as the published code has it: other orders break ties otherwise.
 *
 * The first point of an ROC, which accepts nothing, wins only where all scores are equal; its threshold is then given as the score + 1.
 */
export function equalErrorRate(points: readonly RocPoint[]): EqualErrorPoint {
  let best: RocPoint | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const point of points) {
    const distance = Math.abs(point.tpr + point.fpr - 1);
    if (distance < least) {
      least = distance;
      best = point;
    }
  }
  if (!best) throw new RangeError('Cannot find the equal error point: the ROC has no points, expected a full ROC');
  const threshold = Number.isFinite(best.threshold) ? best.threshold : (points[1]?.threshold ?? 0) + 1;
  const frr = 1 - best.tpr;
  return { threshold, far: best.fpr, frr, rate: (best.fpr + frr) / 2 };
}
