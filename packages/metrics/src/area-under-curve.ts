import { MetricError } from './errors.ts';
import type { Roc } from './roc.ts';

/**
 * Area under the ROC, 0..1, by the trapezoidal rule: the probability that a bona fide sample scores higher than an attack, ties counting half
 * (Hanley and McNeil, Radiology 1982); scikit-learn's `roc_auc_score`.
 *
 *     AUC = Σ_i (FPR_i - FPR_{i-1}) · (TPR_i + TPR_{i-1}) / 2
 *
 * The sum is taken over counts, so it is exact.
 *
 * @throws MetricError unless the curve ends at (1, 1)
 */
export function areaUnderCurve({ length, acceptedBonaFide, acceptedAttacks }: Roc): number {
  const [bonaFide, attacks] = [acceptedBonaFide[length - 1], acceptedAttacks[length - 1]];
  if (!bonaFide || !attacks) {
    throw new MetricError('Cannot compute the area under a curve: the curve does not end at (1, 1), expected a full ROC');
  }
  let twiceTheArea = 0;
  for (let i = 1; i < length; i++) {
    const width = (acceptedAttacks[i] as number) - (acceptedAttacks[i - 1] as number);
    twiceTheArea += width * ((acceptedBonaFide[i] as number) + (acceptedBonaFide[i - 1] as number));
  }
  return twiceTheArea / 2 / (bonaFide * attacks);
}
