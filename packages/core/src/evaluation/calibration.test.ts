import { type Calibration, calibratedProbability } from '@gradalign/metrics';
import { describe, expect, it } from 'vitest';
import { fitIsotonic, fitTemperature, logOdds } from './calibration.ts';

const temperatureOf = (odds: readonly number[], labels: readonly number[]) => {
  const fitted = fitTemperature(odds, labels);
  if ('error' in fitted || fitted.method !== 'temperature') throw new Error('no temperature');
  return fitted;
};

describe('temperature', () => {
  it('of log-odds of 2 that are right three times of four is 2 / ln 3: then the probability is 3/4', () => {
    const { temperature, separated } = temperatureOf([2, 2, 2, 2, -2, -2, -2, -2], [1, 1, 1, 0, 0, 0, 0, 1]);
    expect(temperature).toBeCloseTo(2 / Math.log(3), 12);
    expect(separated).toBeUndefined();
    expect(calibratedProbability({ method: 'temperature', temperature }, 2)).toBeCloseTo(3 / 4, 12);
  });

  it('without an error takes targets of 3/4 and 1/4 for two samples of each kind', () => {
    const { temperature, separated } = temperatureOf([2, 2, -2, -2], [1, 1, 0, 0]);
    expect(separated).toBe(true);
    expect(temperature).toBeCloseTo(2 / Math.log(3), 12);
  });

  it('is not there where the order is the wrong way round, or all scores are 0', () => {
    expect(fitTemperature([-1, 1], [1, 0])).toHaveProperty('error');
    expect(fitTemperature([0, 0], [1, 0])).toHaveProperty('error');
  });

  it('stays finite at log-odds in the thousands', () => {
    const { temperature } = temperatureOf([4000, 3000, -3000, 100], [1, 1, 0, 0]);
    expect(Number.isFinite(temperature) && temperature > 0).toBe(true);
  });
});

describe('isotonic regression', () => {
  it('pools 0 1 0 1 at 1, 2, 3, 4 to 0, 1/2, 1/2, 1', () => {
    const calibration = fitIsotonic([1, 2, 3, 4], [0, 1, 0, 1]);
    expect(calibration).toEqual({
      method: 'isotonic',
      points: [
        [1, 0],
        [2, 0.5],
        [3, 0.5],
        [4, 1],
      ],
    });
    expect([0, 1, 1.5, 2.5, 3.5, 9].map((x) => calibratedProbability(calibration, x))).toEqual([0, 0, 0.25, 0.5, 0.75, 1]);
  });

  it('counts equal scores as one, whatever their order, and one score as a constant', () => {
    const both: Calibration = { method: 'isotonic', points: [[1, 0.5]] };
    expect(fitIsotonic([1, 1], [0, 1])).toEqual(both);
    expect(fitIsotonic([1, 1], [1, 0])).toEqual(both);
    expect(calibratedProbability(both, -5)).toBe(0.5);
  });

  it('of scores the wrong way round is the share of bona fide everywhere', () => {
    const calibration = fitIsotonic([1, 2, 3], [1, 0, 0]);
    expect([0, 2, 9].map((x) => calibratedProbability(calibration, x))).toEqual([1 / 3, 1 / 3, 1 / 3]);
  });
});

it('log-odds are the scaled logit, or those of a probability within 36', () => {
  expect(logOdds({ logit: { value: 0.5, scale: 12 }, probabilities: [0, 1] })).toBe(6);
  expect(logOdds({ probabilities: [0.25, 0.75] })).toBeCloseTo(Math.log(3), 12);
  expect([0, 1].map((p) => logOdds({ probabilities: [1 - p, p] }))).toEqual([-36, 36]);
});
