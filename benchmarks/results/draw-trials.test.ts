import { expect, it } from 'vitest';
import { drawTrials } from './draw-trials.ts';

const options = { trials: 5, seed: 7 };
const part = (value: number, from: number, to: number) => Math.floor((5 * Math.log(value / from)) / Math.log(to / from));

it('draws once from each fifth of a range from 1 to 100,000, which are its decades', () => {
  const decades = drawTrials({ 'optimizer.rho': { from: 1, to: 1e5 } }, options).map((trial) => Math.floor(Math.log10(trial['optimizer.rho'] as number)));
  expect(decades.toSorted()).toEqual([0, 1, 2, 3, 4]);
});

it('methods that search one path try the same shares of its range, whatever else they search', () => {
  const alone = drawTrials({ rate: { from: 0.1, to: 1 } }, options);
  const both = drawTrials({ rate: { from: 0.05, to: 0.5 }, rho: { from: 0.01, to: 1 } }, options);
  expect(both.map(({ rate }) => part(rate as number, 0.05, 0.5))).toEqual(alone.map(({ rate }) => part(rate as number, 0.1, 1)));
  expect(both.map(({ rho }) => part(rho as number, 0.01, 1))).not.toEqual(alone.map(({ rate }) => part(rate as number, 0.1, 1)));
});

it('the same seed draws the same, another one other values', () => {
  const range = { rho: { from: 0.01, to: 1 } };
  expect(drawTrials(range, options)).toEqual(drawTrials(range, options));
  expect(drawTrials(range, { ...options, seed: 8 })).not.toEqual(drawTrials(range, options));
});

it('a range that begins at 0 is refused: its logarithm does not exist', () => {
  expect(() => drawTrials({ rho: { from: 0, to: 1 } }, options)).toThrow(
    "Cannot search 'rho': its range is 0 to 1, expected two positive numbers in rising order",
  );
});
