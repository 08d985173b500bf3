import { MetricError } from './errors.ts';
import type { Roc } from './roc.ts';

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
 * The equal error point by the published rule: the first index of argmin |TPR + FPR - 1| on the full ROC, thresholds descending, so the
 * stricter one of equals. In floating point and in this order of operations, as the published code has it: other orders break ties otherwise.
 *
 * The first point of an ROC, which accepts nothing, wins only where all scores are equal; its threshold is then given as the score + 1.
 *
 * @throws MetricError for an ROC without points
 */
export function equalErrorRate({ length, thresholds, tpr, fpr }: Roc): EqualErrorPoint {
  let best = -1;
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < length; i++) {
    const distance = Math.abs((tpr[i] as number) + (fpr[i] as number) - 1);
    if (distance < least) {
      least = distance;
      best = i;
    }
  }
  if (best < 0) throw new MetricError('Cannot find the equal error point: the ROC has no points, expected a full ROC');
  const threshold = best > 0 ? (thresholds[best] as number) : (thresholds[1] ?? 0) + 1;
  const far = fpr[best] as number;
  const frr = 1 - (tpr[best] as number);
  return { threshold, far, frr, rate: (far + frr) / 2 };
}
