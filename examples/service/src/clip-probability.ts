import type { FaceJudgment } from '@gradalign/liveness';
import { combineScores } from '@gradalign/metrics';
import type { ModelMetadata } from '@gradalign/model-format';

/**
 * The probability of bona fide that a clip's score stands for, as the model computes that of a picture from its logit: a clip with the higher score has the
 * higher probability. An isotonic calibration is known to the graph only: there the frames' probabilities are combined.
 */
export function clipProbability(
  score: number,
  frames: readonly Pick<FaceJudgment, 'probability'>[],
  { scale, logitScale = 1, calibration, aggregate }: Pick<ModelMetadata, 'scale' | 'logitScale' | 'calibration' | 'aggregate'>,
): number {
  if (scale === 'probability') return score;
  if (calibration?.method === 'isotonic')
    return combineScores(
      frames.map(({ probability }) => probability ?? Number.NaN),
      aggregate,
    );
  return 1 / (1 + Math.exp((-logitScale * score) / (calibration?.temperature ?? 1)));
}
