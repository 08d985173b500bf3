import type { CurvePoint } from '@gradalign/model-format';

/** Who passes at a threshold, as shares in 0..1. */
export interface PassingShares {
  readonly attacks: number;
  readonly people: number;
}

/**
 * Shares at a threshold. Between two points of the curve no score of the held-out data lies (or, where there were more than the curve has points, few do):
 * what passes at a threshold passes at the next point above it.
 */
export function passingShares(points: readonly CurvePoint[], threshold: number): PassingShares {
  const next = points.find((point) => point.threshold >= threshold);
  return next ? { attacks: next.attacksAccepted, people: 1 - next.bonaFideRefused } : { attacks: 0, people: 0 };
}

/** Ends of the slider: all thresholds of the curve, and the model's own, with a tenth of their distance on both sides; within 0..1 for probabilities. */
export function sliderRange(thresholds: readonly number[], isProbability: boolean): { readonly min: number; readonly max: number } {
  if (isProbability) return { min: 0, max: 1 };
  const known = thresholds.filter(Number.isFinite);
  const [low, high] = known.length > 0 ? [Math.min(...known), Math.max(...known)] : [-1, 1];
  const margin = Math.max(0.5, 0.1 * (high - low));
  return { min: low - margin, max: high + margin };
}
