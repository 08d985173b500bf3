import { expect, it } from 'vitest';
import { largestDifference } from './run-outputs.ts';

it('of logits beyond 1 the difference is a share of their size where that is asked for, below it is what it is', () => {
  expect(largestDifference([[1000], [0.5]], [[1000.05], [0.50001]])).toBeCloseTo(0.05, 9);
  expect(largestDifference([[1000], [0.5]], [[1000.05], [0.50001]], { relative: true })).toBeCloseTo(5e-5, 9);
  expect(largestDifference([[-1000], [0.5]], [[-1000], [0.5002]], { relative: true })).toBeCloseTo(2e-4, 9);
});

it('what is no number, or missing, is infinitely far away', () => {
  expect(largestDifference([[1]], [['NaN']], { relative: true })).toBe(Number.POSITIVE_INFINITY);
  expect(largestDifference([[1], [2]], [[1]])).toBe(Number.POSITIVE_INFINITY);
});
