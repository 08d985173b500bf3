import { expect, it } from 'vitest';
import { passingShares, sliderRange } from './threshold-shares.ts';

// Attacks at -2, -1, 1 and people at 0, 2, 3, 4: attacks at or above, people below.
const points = [
  { threshold: -2, attacksAccepted: 1, bonaFideRefused: 0 },
  { threshold: -1, attacksAccepted: 2 / 3, bonaFideRefused: 0 },
  { threshold: 0, attacksAccepted: 1 / 3, bonaFideRefused: 0 },
  { threshold: 1, attacksAccepted: 1 / 3, bonaFideRefused: 0.25 },
  { threshold: 2, attacksAccepted: 0, bonaFideRefused: 0.25 },
  { threshold: 4, attacksAccepted: 0, bonaFideRefused: 0.75 },
];

it('at -0.5 one attack of three and all people pass, at 1 the same attack and three people of four', () => {
  expect(passingShares(points, -0.5)).toEqual({ attacks: 1 / 3, people: 1 });
  expect(passingShares(points, 1)).toEqual({ attacks: 1 / 3, people: 0.75 });
  expect(passingShares(points, 1.01)).toEqual({ attacks: 0, people: 0.75 });
});

it('below all scores everybody passes, above all nobody', () => {
  expect(passingShares(points, -9)).toEqual({ attacks: 1, people: 1 });
  expect(passingShares(points, 4.1)).toEqual({ attacks: 0, people: 0 });
});

it('the slider reaches a tenth further than the curve, and stays within 0 to 1 for probabilities', () => {
  expect(sliderRange([-6, 4, 0], false)).toEqual({ min: -7, max: 5 });
  expect(sliderRange([0.2, 0.3], true)).toEqual({ min: 0, max: 1 });
  expect(sliderRange([], false)).toEqual({ min: -1.5, max: 1.5 });
});
