import { expect, it } from 'vitest';
import { promoted, rungEpochs } from './halving.ts';

it.each([
  [{ from: 5, factor: 3 }, 50, [5, 15, 45]],
  [{ from: 5, factor: 3 }, 45, [5, 15]],
  [{ from: 1, factor: 2 }, 5, [1, 2, 4]],
  [{ from: 7, factor: 2 }, 7, []],
])('with %j and %i epochs trials are compared after %j', (halving, epochs, rungs) => {
  expect(rungEpochs(halving, epochs)).toEqual(rungs);
});

it('of 7 trials the best 3 go on at factor 3; the first of equal ones, and never one without a figure', () => {
  const figures = [0.4, 0.1, undefined, 0.2, 0.2, 0.2, Number.NaN];
  const trials = figures.map((figure, trial) => ({ trial, figure }));
  expect(promoted(trials, 3, { better: 'lower' })).toEqual([1, 3, 4]);
  expect(promoted(trials, 3, { better: 'higher' })).toEqual([0, 3, 4]);
  expect(promoted(trials.slice(2, 3), 3, { better: 'lower' })).toEqual([]);
});
