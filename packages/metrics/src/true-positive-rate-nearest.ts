import { MetricError } from './errors.ts';
import type { Roc } from './roc.ts';

/**
 * The TPR (share of bona fide samples accepted) at the first point of an ROC whose FPR is nearest to `fpr`, on either side: the rule of the released codes of
 * SA-FAS and GAC-FAS. 0..1. It may stand for an FPR above `fpr`, unlike `truePositiveRateAt`.
 *
 * @throws MetricError for an ROC without points
 */
export function truePositiveRateNearest({ length, tpr, fpr: shares }: Roc, fpr: number): number {
  let best = -1;
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < length; i++) {
    const distance = Math.abs((shares[i] as number) - fpr);
    if (distance < least) {
      least = distance;
      best = i;
    }
  }
  if (best < 0) throw new MetricError('Cannot find the point nearest to an FPR: the ROC has no points, expected a full ROC');
  return tpr[best] as number;
}
