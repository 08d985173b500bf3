import { type ClassProbabilities, classProbabilities, predictedClass, requireClasses, requireProbabilities } from './class-probabilities.ts';

/**
 * Expected calibration error, 0..1 (Guo et al., On Calibration of Modern Neural Networks, ICML 2017, arXiv 1706.04599): samples go by the
 * probability of their predicted class into bins of equal width, (b/B, (b+1)/B], and
 *
 *     ECE = Σ_b (n_b / n) · |accuracy_b - mean probability_b|
 *
 * @param bins B, a whole number from 1 on
 * @throws NoSamplesError, LengthError, ScoreError, LabelError
 * @throws ProbabilityError for values outside 0..1
 */
export function expectedCalibrationError(probabilities: ClassProbabilities, labels: ArrayLike<number>, bins = 15): number {
  requireClasses('ece', probabilities, labels);
  requireProbabilities('ece', probabilities);
  const right = new Float64Array(bins);
  const confidence = new Float64Array(bins);
  for (let i = 0; i < labels.length; i++) {
    const sample = classProbabilities(probabilities[i] as ArrayLike<number> | number);
    const predicted = predictedClass(sample);
    const probability = sample[predicted] as number;
    const bin = Math.max(0, Math.ceil(probability * bins) - 1);
    confidence[bin] = (confidence[bin] as number) + probability;
    if (predicted === labels[i]) right[bin] = (right[bin] as number) + 1;
  }
  // n_b / n · |right_b / n_b - confidence_b / n_b|: the n_b cancel.
  return right.reduce((sum, n, bin) => sum + Math.abs(n - (confidence[bin] as number)), 0) / labels.length;
}
