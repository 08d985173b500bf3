import { expect, it } from 'vitest';
import { drawTrials } from './draw-trials.ts';

const options = { trials: 5, seed: 7 };
const part = (value: number, from: number, to: number) => Math.floor((5 * Math.log(value / from)) / Math.log(to / from));
const column = (path: string, trials: readonly Readonly<Record<string, unknown>>[]) => trials.map((trial) => trial[path] as number);

it('draws once from each fifth of a range from 1 to 100,000, which are its decades', () => {
  const decades = column('optimizer.rho', drawTrials({ 'optimizer.rho': { log: [1, 1e5] } }, options)).map((value) => Math.floor(Math.log10(value)));
  expect(decades.toSorted()).toEqual([0, 1, 2, 3, 4]);
});

it('draws once from each fifth of a linear range from 0 to 10, and each of five whole numbers and of five values once', () => {
  const trials = drawTrials({ a: { linear: [0, 10] }, b: { integer: [3, 7] }, c: { choice: ['v', 'w', 'x', 'y', 'z'] } }, options);
  expect(
    column('a', trials)
      .map((value) => Math.floor(value / 2))
      .toSorted(),
  ).toEqual([0, 1, 2, 3, 4]);
  expect(column('b', trials).toSorted()).toEqual([3, 4, 5, 6, 7]);
  expect(trials.map(({ c }) => c).toSorted()).toEqual(['v', 'w', 'x', 'y', 'z']);
});

it('keeps the draws of the study behind docs/results.md: seed 1000, four trials', () => {
  const ranges = { 'optimizer.base.learningRate': { log: [0.12, 1.2] as const }, 'optimizer.rho': { log: [0.01, 0.3] as const } };
  expect(drawTrials(ranges, { trials: 4, seed: 1000 })).toEqual([
    { 'optimizer.base.learningRate': 0.54, 'optimizer.rho': 0.18 },
    { 'optimizer.base.learningRate': 0.2, 'optimizer.rho': 0.023 },
    { 'optimizer.base.learningRate': 0.97, 'optimizer.rho': 0.11 },
    { 'optimizer.base.learningRate': 0.3, 'optimizer.rho': 0.04 },
  ]);
});

it('methods that search one path try the same shares of its range, whatever else they search', () => {
  const alone = drawTrials({ rate: { log: [0.1, 1] } }, options);
  const both = drawTrials({ rho: { log: [0.01, 1] }, rate: { log: [0.05, 0.5] } }, options);
  expect(column('rate', both).map((rate) => part(rate, 0.05, 0.5))).toEqual(column('rate', alone).map((rate) => part(rate, 0.1, 1)));
  expect(column('rho', both).map((rho) => part(rho, 0.01, 1))).not.toEqual(column('rate', alone).map((rate) => part(rate, 0.1, 1)));
});

it('the same seed draws the same, another one other values', () => {
  const range = { rho: { log: [0.01, 1] as const } };
  expect(drawTrials(range, options)).toEqual(drawTrials(range, options));
  expect(drawTrials(range, { ...options, seed: 8 })).not.toEqual(drawTrials(range, options));
});

it.each([[{ log: [0.101, 0.109] }], [{ linear: [0.101, 0.109] }], [{ linear: [1e-9, 2e-9] }], [{ linear: [-2000, 2000] }]] as const)(
  '100 trials of the narrow range %j are 100 values within it',
  (range) => {
    const [[from, to]] = Object.values(range) as unknown as [readonly [number, number]];
    const values = column('x', drawTrials({ x: range }, { trials: 100, seed: 1 }));
    expect(new Set(values).size).toBe(100);
    expect(values.every((value) => value >= from && value <= to)).toBe(true);
  },
);
