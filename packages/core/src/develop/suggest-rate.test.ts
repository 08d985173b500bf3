import { expect, it } from 'vitest';
import { suggestRate } from './suggest-rate.ts';

/** Rates 1e-5, 10^-4.9 ... by tenths of a decade. */
const rated = (losses: readonly number[]) => losses.map((loss, i) => ({ rate: 10 ** (-5 + i / 10), loss }));

it('a loss that is flat, falls from step 20 to 30 and explodes at step 40 is steepest in its fall, and the suggestion is at most a tenth of the blow-up', () => {
  const losses = Array.from({ length: 45 }, (_, i) => (i < 20 ? 1 : i < 30 ? 1 - 0.08 * (i - 20) : i < 40 ? 0.2 : 0.2 * 3 ** (i - 39)));
  const { steepest = 0, blowUp = 0, suggestion = 0 } = suggestRate(rated(losses));
  expect(Math.log10(steepest)).toBeGreaterThan(-3);
  expect(Math.log10(steepest)).toBeLessThan(-1.8);
  expect(Math.log10(blowUp)).toBeGreaterThan(-1);
  expect(Math.log10(blowUp)).toBeLessThan(-0.5);
  expect(suggestion).toBe(Math.min(steepest, blowUp / 10));
});

it('a network that breaks down to guessing blew up where its loss was above that of the beginning again', () => {
  // 0.7 for 30 steps, down to 0.1 in 20, then 1.4 once and 0.7 ever after: the mean of the last steps never gets far.
  const losses = Array.from({ length: 70 }, (_, i) => (i < 30 ? 0.7 : i < 50 ? 0.7 - 0.03 * (i - 30) : i === 55 ? 1.4 : i < 55 ? 0.1 : 0.69));
  expect(suggestRate(rated(losses)).blowUp).toBe(10 ** (-5 + 55 / 10));
});

it('noise of a loss that does not fall is no blow-up', () => {
  expect(suggestRate(rated(Array.from({ length: 60 }, (_, i) => 0.7 + 0.1 * (-1) ** i)))).not.toHaveProperty('blowUp');
});

it('smooths by hand: of 1 and 0 the second is 0.9 / 1.9', () => {
  expect(suggestRate(rated([1, 0])).points.map(({ smoothed }) => smoothed)).toEqual([1, 0.9 / 1.9]);
});

it('a loss that never falls has no suggestion; a loss that is not finite is a blow-up and null in the points', () => {
  const flat = suggestRate(rated(Array.from({ length: 30 }, () => 1)));
  expect([flat.steepest, flat.blowUp, flat.suggestion]).toEqual([undefined, undefined, undefined]);
  const burst = suggestRate(rated([1, 1, Number.POSITIVE_INFINITY]));
  expect([burst.blowUp, burst.suggestion, burst.points.at(-1)?.loss]).toEqual([10 ** -4.8, undefined, null]);
  expect(JSON.stringify(burst.points)).not.toContain('Infinity');
});

it('of no step nothing is said', () => {
  expect(suggestRate([])).toEqual({ points: [] });
});
