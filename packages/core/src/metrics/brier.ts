import { defineMetric } from '../contracts/metric.ts';
import { noOptions } from './binary-metric.ts';
import { classMetric, refuseNonProbabilities } from './class-metric.ts';

/**
 * Brier score, halved so that it lies in 0..1: ½ · mean over samples of the sum over classes of (p_c - [c = label])².
 * For two classes that is the usual mean of (p - y)²; for more it is half of what some tools print.
 */
export const brier = defineMetric({
  name: 'brier',
  summary: 'Brier score: mean squared difference between probabilities and what was the case, 0..1',
  paper: 'Brier, Verification of forecasts expressed in terms of probability, Monthly Weather Review 1950',
  options: noOptions,
  classes: 'any',
  usesThreshold: false,
  better: 'lower',
  create: () =>
    classMetric('brier', (samples) => {
      refuseNonProbabilities('brier', samples);
      const squares = samples.map(({ probabilities, label }) => probabilities.reduce((sum, p, c) => sum + (p - (c === label ? 1 : 0)) ** 2, 0));
      return squares.reduce((sum, square) => sum + square, 0) / 2 / samples.length;
    }),
});
