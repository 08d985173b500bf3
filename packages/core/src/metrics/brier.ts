import { brierScore } from '@gradalign/metrics';
import { defineMetric } from '../contracts/metric.ts';
import { noOptions } from './binary-metric.ts';
import { classMetric } from './class-metric.ts';

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
  create: () => classMetric(brierScore),
});
