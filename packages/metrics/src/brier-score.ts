import { type ClassProbabilities, classProbabilities, requireClasses, requireProbabilities } from './class-probabilities.ts';

/**
 * Brier score (Monthly Weather Review 1950), halved so that it lies in 0..1:
 *
 *     ½ · mean over samples of Σ_c (p_c - [c = label])²
 *
 * For two classes that is the usual mean of (p - y)², scikit-learn's `brier_score_loss`; for more it is half of what some tools print.
 *
 * @throws NoSamplesError, LengthError, ScoreError, LabelError
 * @throws ProbabilityError for values outside 0..1
 */
export function brierScore(probabilities: ClassProbabilities, labels: ArrayLike<number>): number {
  requireClasses('brier', probabilities, labels);
  requireProbabilities('brier', probabilities);
  let total = 0;
  for (let i = 0; i < labels.length; i++) {
    const sample = classProbabilities(probabilities[i] as ArrayLike<number> | number);
    let squares = 0;
    for (let label = 0; label < sample.length; label++) squares += ((sample[label] as number) - (label === labels[i] ? 1 : 0)) ** 2;
    total += squares;
  }
  return total / 2 / labels.length;
}
