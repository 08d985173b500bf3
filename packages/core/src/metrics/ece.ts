import { expectedCalibrationError } from '@gradalign/metrics';
import { Type } from '@sinclair/typebox';
import { defineMetric } from '../contracts/metric.ts';
import { classMetric } from './class-metric.ts';

/**
 * Expected calibration error: samples are binned by the probability of their predicted class into bins of equal width, (b/B, (b+1)/B], and
 * ECE = sum over bins of (n_b / n) · |accuracy_b - mean probability_b|.
 */
export const ece = defineMetric({
  name: 'ece',
  summary: 'Expected calibration error: how far the probability of the predicted class is from how often it is right',
  paper: 'Guo et al., On Calibration of Modern Neural Networks, ICML 2017, arXiv 1706.04599',
  options: Type.Object(
    { bins: Type.Integer({ minimum: 1, default: 15, description: 'Number of bins of equal width over 0..1' }) },
    { additionalProperties: false },
  ),
  classes: 'any',
  usesThreshold: false,
  better: 'lower',
  create: ({ bins }) => classMetric((probabilities, labels) => expectedCalibrationError(probabilities, labels, bins)),
});
