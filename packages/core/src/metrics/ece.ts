import { Type } from '@sinclair/typebox';
import { defineMetric } from '../contracts/metric.ts';
import { classMetric, predictedClass, refuseNonProbabilities } from './class-metric.ts';

/**
 * Expected calibration error: samples go by the probability of their predicted class into bins of equal width, (b/B, (b+1)/B], and
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
  create: ({ bins }) =>
    classMetric('ece', (samples) => {
      refuseNonProbabilities('ece', samples);
      const right = new Float64Array(bins);
      const confidence = new Float64Array(bins);
      for (const sample of samples) {
        const predicted = predictedClass(sample);
        const probability = sample.probabilities[predicted] as number;
        const bin = Math.max(0, Math.ceil(probability * bins) - 1);
        confidence[bin] = (confidence[bin] as number) + probability;
        if (predicted === sample.label) right[bin] = (right[bin] as number) + 1;
      }
      // n_b / n · |right_b / n_b - confidence_b / n_b|: the n_b cancel.
      return right.reduce((sum, n, bin) => sum + Math.abs(n - (confidence[bin] as number)), 0) / samples.length;
    }),
});
