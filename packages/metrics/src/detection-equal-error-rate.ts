import { MetricError } from './errors.ts';
import type { Roc } from './roc.ts';

/**
 * D-EER: the error rate at which APCER and BPCER are equal, 0..1, on the convex hull of the ROC, over all attacks together: the point where the
 * hull crosses TPR = 1 - FPR. This is bob's `bob.measure.eer_rocch`. Unlike `equalErrorRate`, which takes the nearest point of the curve itself,
 * it needs no rule for ties. Points of the hull between two scores are reached by deciding at random between two thresholds. For one species, draw
 * the ROC over its attacks alone.
 *
 * @throws MetricError for an ROC without points
 */
export function detectionEqualErrorRate({ length, tpr, fpr, acceptedBonaFide, acceptedAttacks }: Roc): number {
  if (length === 0) throw new MetricError('Cannot find the equal error point: the ROC has no points, expected a full ROC');
  const hull: number[] = [];
  // Turning left at `via`, from one point of the curve to a later one, in exact counts.
  const turnsLeft = (from: number, via: number, to: number) => {
    const [ax, ay] = [acceptedAttacks[from] as number, acceptedBonaFide[from] as number];
    const width = [(acceptedAttacks[via] as number) - ax, (acceptedAttacks[to] as number) - ax] as const;
    const height = [(acceptedBonaFide[via] as number) - ay, (acceptedBonaFide[to] as number) - ay] as const;
    return width[0] * height[1] - height[0] * width[1] >= 0;
  };
  for (let i = 0; i < length; i++) {
    while (hull.length > 1 && turnsLeft(hull.at(-2) as number, hull.at(-1) as number, i)) hull.pop();
    hull.push(i);
  }
  // TPR + FPR - 1 grows along the hull, from -1 to 1.
  const beyond = hull.findIndex((i) => (tpr[i] as number) + (fpr[i] as number) >= 1);
  const [from, to] = [hull[Math.max(beyond - 1, 0)] as number, hull[beyond] as number];
  const [below, above] = [1 - (tpr[from] as number) - (fpr[from] as number), (tpr[to] as number) + (fpr[to] as number) - 1];
  const share = below + above === 0 ? 1 : below / (below + above);
  return (fpr[from] as number) + share * ((fpr[to] as number) - (fpr[from] as number));
}
