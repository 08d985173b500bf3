import { expect, it } from 'vitest';
import { type LimitRow, limitOf } from './measure-limits.ts';

const row = (auc: number, middle: number): LimitRow => ({
  degradation: 'blur',
  level: 1,
  measure: [0, middle, 9],
  auc,
  flipped: 0,
  accepted: { live: 1, attacks: 0 },
});

it('the limit is where more than a third of what AUC has above 0.5 is gone', () => {
  // 0.8 has 0.3 above chance: a loss of 0.09 is within a third of it, 0.11 is not.
  expect(limitOf([row(0.8, 100), row(0.71, 50), row(0.69, 30), row(0.5, 10)])).toBe(30);
  expect(limitOf([row(0.8, 100), row(0.71, 50)])).toBeUndefined();
});
