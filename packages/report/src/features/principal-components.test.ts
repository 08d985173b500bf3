import { expect, it } from 'vitest';
import { principalComponents } from './principal-components.ts';

it('of points on a line holds all variance in the first direction: (0,0), (3,4), (6,8) lie at -5, 0, 5', () => {
  const { projected, explained } = principalComponents([
    [0, 0],
    [3, 4],
    [6, 8],
  ]);
  expect(projected.map(([x]) => x)).toEqual([-5, 0, 5].map((x) => expect.closeTo(x, 9)));
  expect(projected.map(([, y]) => y)).toEqual([0, 0, 0].map((y) => expect.closeTo(y, 9)));
  expect(explained).toEqual([expect.closeTo(1, 9), expect.closeTo(0, 9)]);
});

it('finds the axes of a cross: variance 4 to 1, shares 80% and 20%', () => {
  // Sums of squares: 2 · 2² = 8 along the second coordinate, 2 · 1² = 2 along the third.
  const { projected, explained } = principalComponents([
    [7, 2, 0],
    [7, -2, 0],
    [7, 0, 1],
    [7, 0, -1],
  ]);
  expect(explained).toEqual([expect.closeTo(0.8, 9), expect.closeTo(0.2, 9)]);
  expect(projected[0]).toEqual([expect.closeTo(2, 6), expect.closeTo(0, 6)]);
  expect(projected[2]).toEqual([expect.closeTo(0, 6), expect.closeTo(1, 6)]);
});

it('of equal points is the origin', () => {
  expect(
    principalComponents([
      [1, 2],
      [1, 2],
    ]),
  ).toEqual({
    projected: [
      [0, 0],
      [0, 0],
    ],
    explained: [0, 0],
  });
});
