import type { RocPoint } from './roc.ts';

/**
 * Area under the ROC, 0..1, by the trapezoidal rule: the probability that a bona fide sample scores higher than an attack, ties counting half
 * (Hanley and McNeil, Radiology 1982).
 */
export function areaUnderCurve(points: readonly RocPoint[]): number {
  const last = points.at(-1);
  if (!last || last.acceptedBonaFide === 0 || last.acceptedAttacks === 0) {
    throw new RangeError('Cannot compute the area under a curve: the curve does not end at (1, 1), expected a full ROC');
  }
  let twiceTheArea = 0;
  for (let i = 1; i < points.length; i++) {
    const [from, to] = [points[i - 1], points[i]] as [RocPoint, RocPoint];
    twiceTheArea += (to.acceptedAttacks - from.acceptedAttacks) * (to.acceptedBonaFide + from.acceptedBonaFide);
  }
  return twiceTheArea / 2 / (last.acceptedBonaFide * last.acceptedAttacks);
}
