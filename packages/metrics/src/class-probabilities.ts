import { LabelError, LengthError, NoSamplesError, ProbabilityError, ScoreError } from './errors.ts';

/**
 * The probability of each class, sample by sample: an array by label, or for two classes one number p, the probability of bona fide, which
 * stands for [1 - p, p].
 */
export type ClassProbabilities = ArrayLike<ArrayLike<number> | number>;

/** The probabilities of one sample, by label. */
export function classProbabilities(given: ArrayLike<number> | number): ArrayLike<number> {
  return typeof given === 'number' ? [1 - given, given] : given;
}

/** The class with the largest probability, the first of equals. */
export function predictedClass(probabilities: ArrayLike<number>): number {
  let best = 0;
  for (let label = 0; label < probabilities.length; label++) if ((probabilities[label] as number) > (probabilities[best] as number)) best = label;
  return best;
}

/**
 * Refuses samples over which a figure of any number of classes cannot be computed.
 *
 * @throws NoSamplesError, LengthError, ScoreError (a probability is not finite), LabelError (a label without a probability)
 */
export function requireClasses(figure: string, probabilities: ClassProbabilities, labels: ArrayLike<number>): void {
  if (labels.length !== probabilities.length) {
    throw new LengthError(`Cannot compute ${figure}: there are ${probabilities.length} samples and ${labels.length} labels, expected as many of both`);
  }
  if (labels.length === 0) throw new NoSamplesError(`Cannot compute ${figure}: there are no samples, expected at least one`);
  for (let i = 0; i < labels.length; i++) {
    const sample = classProbabilities(probabilities[i] as ArrayLike<number> | number);
    for (let label = 0; label < sample.length; label++) {
      if (!Number.isFinite(sample[label]))
        throw new ScoreError(`Cannot compute ${figure}: sample ${i} has a class probability of ${sample[label]}, expected finite numbers`, i);
    }
    if (sample[labels[i] as number] === undefined) {
      throw new LabelError(
        `Cannot compute ${figure}: sample ${i} has the label ${labels[i]} and ${sample.length} class probabilities, expected one for its label`,
        i,
      );
    }
  }
}

/**
 * Refuses what is not a probability.
 *
 * @throws ProbabilityError for a value outside 0..1: calibration figures mean nothing on raw scores
 */
export function requireProbabilities(figure: string, probabilities: ClassProbabilities): void {
  for (let i = 0; i < probabilities.length; i++) {
    const sample = classProbabilities(probabilities[i] as ArrayLike<number> | number);
    for (let label = 0; label < sample.length; label++) {
      const probability = sample[label] as number;
      if (probability < 0 || probability > 1) {
        throw new ProbabilityError(`Cannot compute ${figure}: sample ${i} has the probabilities ${Array.from(sample).join(', ')}, expected values in 0..1`, i);
      }
    }
  }
}
