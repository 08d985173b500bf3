import { expect, it } from 'vitest';
import { interval } from './interval.ts';

it('three values 1, 2, 3: mean 2, deviation 1, and t(0.975, 2) = 4.3027 over the root of 3', () => {
  const { n, mean, deviation, half95 } = interval([1, 2, 3]);
  expect([n, mean, deviation]).toEqual([3, 2, 1]);
  expect(half95).toBeCloseTo(4.30265 / Math.sqrt(3), 4);
});

it('one value has no spread, none has no mean', () => {
  expect(interval([5])).toEqual({ n: 1, mean: 5 });
  expect(() => interval([])).toThrow('Cannot compute an interval: there are no values, expected at least one');
});
