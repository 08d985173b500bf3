import { expect, it } from 'vitest';
import { roc } from './roc.ts';
import { truePositiveRateAt } from './true-positive-rate-at.ts';
import { truePositiveRateNearest } from './true-positive-rate-nearest.ts';

// Descending: 0.9 L, 0.8 A, 0.7 L, 0.6 L, 0.5 A, 0.4 L, 0.3 A, 0.2 A. Points (FPR, TPR): (0, 0), (0, 1/4), (1/4, 1/4), (1/4, 2/4), (1/4, 3/4), (2/4, 3/4) ...
const curve = roc([0.9, 0.7, 0.6, 0.4], [0.8, 0.5, 0.3, 0.2]);

it('takes the first point at the nearest FPR, on either side', () => {
  expect(truePositiveRateNearest(curve, 0.05)).toBe(0);
  expect(truePositiveRateNearest(curve, 0.2)).toBe(0.25);
  expect(truePositiveRateNearest(curve, 0.4)).toBe(0.75);
});

it('differs from the largest TPR with at most that FPR in both directions', () => {
  expect([truePositiveRateNearest(curve, 0.3), truePositiveRateAt(curve, 0.3)]).toEqual([0.25, 0.75]);
  expect([truePositiveRateNearest(curve, 0.45), truePositiveRateAt(curve, 0.45)]).toEqual([0.75, 0.75]);
  expect([truePositiveRateNearest(curve, 0), truePositiveRateAt(curve, 0)]).toEqual([0, 0.25]);
});
