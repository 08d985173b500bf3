import type { Prediction, Predictions } from '@gradalign/core';

/** A line for each image, and the threshold with its origin. */
export function renderPredictions({ predictions, threshold }: Predictions): string {
  const lines = predictions.map(renderPrediction);
  if (threshold) lines.push('', `threshold ${threshold.value.toFixed(4)}: ${threshold.from}; live when score >= threshold`);
  else if (predictions.some(({ score }) => score !== undefined))
    lines.push('', 'no threshold: the run held out no source data; scores are shown without a decision');
  return lines.join('\n');
}

function renderPrediction({ path, score, decision, probabilities = {}, error }: Prediction): string {
  if (error !== undefined) return `${path}: ${error}`;
  if (score !== undefined) return `${path}: score ${score.toFixed(4)}${decision === undefined ? '' : `, ${decision}`}`;
  return `${path}: ${decision} (${((probabilities[decision ?? ''] ?? 0) * 100).toFixed(1)} %)`;
}
