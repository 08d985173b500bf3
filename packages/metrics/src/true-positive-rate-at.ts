import type { Roc } from './roc.ts';

/** TPR@FPR: the largest TPR (share of bona fide samples accepted) among the points of an ROC whose FPR is at most `fpr`. 0..1. */
export function truePositiveRateAt(curve: Roc, fpr: number): number {
  let best = 0;
  for (let i = 0; i < curve.length; i++) {
    const tpr = curve.tpr[i] as number;
    if ((curve.fpr[i] as number) <= fpr && tpr > best) best = tpr;
  }
  return best;
}
