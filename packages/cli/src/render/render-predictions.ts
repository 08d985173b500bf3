import type { Prediction, Predictions, PredictionThreshold } from '@gradalign/core';
import { printable } from './printable.ts';

/** A line for each input, and the thresholds with their origin. */
export function renderPredictions({ predictions, scale, threshold, videoThreshold }: Predictions): string {
  const lines = predictions.flatMap(renderPrediction);
  const has = (kind: Prediction['kind']) => predictions.some((one) => one.kind === kind);
  const used = [
    ...(threshold && (has('image') || !videoThreshold) ? [thresholdText('threshold', threshold, scale)] : []),
    ...(videoThreshold && has('video') ? [thresholdText('threshold for videos', videoThreshold, scale)] : []),
  ];
  if (used.length > 0) lines.push('', ...used);
  else if (predictions.some(({ score }) => score !== undefined))
    lines.push('', 'no threshold: the run held out no source data; scores are shown without a decision (gradalign calibrate --scores makes one)');
  return lines.join('\n');
}

function thresholdText(name: string, { value, from, interval }: PredictionThreshold, scale: Predictions['scale']): string {
  const range = interval ? ` [${interval.map((end) => end.toFixed(4)).join(', ')}]` : '';
  return `${name} ${value.toFixed(4)}${range}: ${printable(from)}; live when ${scale === 'logit' ? 'the logit' : 'score'} >= threshold`;
}

function renderPrediction({ path, kind, frames, score, logit, calibrated, decision, probabilities = {}, warnings = [], error }: Prediction): string[] {
  const name = printable(path);
  const notes = warnings.map((warning) => `  ${printable(warning)}`);
  if (error !== undefined) return [`${name}: ${printable(error)}`, ...notes];
  if (score === undefined) return [`${name}: ${decision} (${((probabilities[decision ?? ''] ?? 0) * 100).toFixed(1)} %)`, ...notes];
  const parts = [
    `score ${score.toFixed(4)}`,
    ...(decision === undefined ? [] : [decision]),
    ...(calibrated === undefined ? [] : [`calibrated ${calibrated.toFixed(4)}`]),
    ...(logit === undefined ? [] : [`logit ${logit.toFixed(4)}`]),
    ...(kind === 'video' ? [`${frames} frames`] : []),
  ];
  return [`${name}: ${parts.join(', ')}`, ...notes];
}
