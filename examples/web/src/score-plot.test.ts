import { expect, it } from 'vitest';
import { ticks } from './score-plot.ts';

it('ticks are round numbers within the ends', () => {
  expect(ticks(-3.2, 4.1, 4)).toEqual([-2, 0, 2, 4]);
  expect(ticks(0, 30, 6)).toEqual([0, 5, 10, 15, 20, 25, 30]);
  expect(ticks(0, 1, 3)).toEqual([0, 0.5, 1]);
});
