import { calibratedProbability, oddsOfProbability } from './calibration.ts';
import { combineScores } from './combine-scores.ts';
import type { ModelMetadata } from './model-metadata.ts';

/** What the frames of a video say together. */
export interface VideoScore {
  /** Compared with the threshold of videos, on its scale. */
  readonly score: number;
  /** Of bona fide, 0..1, calibrated as the decision calibrates those of videos; null in models of older versions that do not say how. */
  readonly probability: number | null;
}

/** The part of the metadata that it takes. */
export type VideoRules = Pick<ModelMetadata, 'scale' | 'logitScale' | 'aggregate' | 'aggregated' | 'calibration' | 'videoCalibration'>;

/**
 * Aggregates the frames of a video as the run does: their logits, or where the run ranks by probabilities those, of which the log-odds are then compared.
 *
 * @param scores of the frames, on the scale of the thresholds; at least one
 */
export function scoreVideo(scores: readonly number[], rules: VideoRules): VideoScore {
  const { scale, logitScale = 1, aggregate, aggregated } = rules;
  if (scale === 'probability') {
    const score = combineScores(scores, aggregate);
    return { score, probability: score };
  }
  const probabilityOf = (logit: number) => calibratedProbability(null, logitScale * logit);
  const score =
    aggregated === 'probability' ? oddsOfProbability(combineScores(scores.map(probabilityOf), aggregate)) / logitScale : combineScores(scores, aggregate);
  const calibration = calibrationOf(rules);
  return { score, probability: calibration === undefined ? null : calibratedProbability(calibration, logitScale * score) };
}

/** Older versions wrote the temperature of single pictures only, and of an isotonic regression no points. */
function calibrationOf({ calibration, videoCalibration }: VideoRules): ModelMetadata['videoCalibration'] {
  if (videoCalibration !== undefined) return videoCalibration;
  return calibration?.method === 'isotonic' ? undefined : calibration;
}
