import { type ClassProbabilities, classProbabilities, predictedClass, requireClasses } from './class-probabilities.ts';
import { requireKinds } from './kinds.ts';
import type { BinaryScores } from './scores.ts';

/**
 * Share of samples whose most probable class is their label (the first of equals), 0..1; for two classes that is the threshold 0.5.
 *
 * @throws NoSamplesError, LengthError, ScoreError, LabelError
 */
export function accuracy(probabilities: ClassProbabilities, labels: ArrayLike<number>): number {
  requireClasses('accuracy', probabilities, labels);
  let right = 0;
  for (let i = 0; i < labels.length; i++) {
    if (predictedClass(classProbabilities(probabilities[i] as ArrayLike<number> | number)) === labels[i]) right++;
  }
  return right / labels.length;
}

/**
 * Share of samples that are classified correctly when those with score >= threshold are accepted, 0..1.
 *
 * @throws NoSamplesError, OneClassError unless there are samples of both kinds
 */
export function accuracyAt({ bonaFide, attacks }: Pick<BinaryScores, 'bonaFide' | 'attacks'>, threshold: number): number {
  requireKinds('accuracy', 'both', { bonaFide: bonaFide.length, attacks: attacks.length });
  let right = 0;
  for (let i = 0; i < bonaFide.length; i++) if ((bonaFide[i] as number) >= threshold) right++;
  for (let i = 0; i < attacks.length; i++) if ((attacks[i] as number) < threshold) right++;
  return right / (bonaFide.length + attacks.length);
}
