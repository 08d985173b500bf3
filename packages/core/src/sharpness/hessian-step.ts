import { globalNorm } from '@gradalign/engine';
import type { Weights } from '../contracts/weights.ts';

/** What the length of a step depends on. */
export interface HessianStepOptions {
  /** ‖θ‖ over the trained weights. */
  readonly weightNorm: number;
  /** L(θ). */
  readonly loss: number;
  /** The current estimate of ⟨v, H v⟩; absent at the start. */
  readonly curvature?: number;
}

/** Share of the loss that the quadratic term adds over one step. */
const lossShare = 0.1;
/** The step as a share of ‖θ‖: the first one, and the bounds. */
const start = 1e-3;
const [least, most] = [1e-4, 1e-2];

/**
 * How far a Hessian-vector product steps each way: so far that the quadratic term adds a tenth of the loss,
 *
 *     ½ |⟨v, H v⟩| h² = 0.1 L(θ),   1e-4 ‖θ‖ <= h <= 1e-2 ‖θ‖
 *
 * What limits a short step is not rounding (two float32 gradients of one trained network differ by 4e-7 at the shortest one) but ReLU: one unit that
 * changes sign for one image moves the gradient by 1e-3 at once. A short step divides a few such jumps by 2h; a long enough one averages over many.
 * A step that leaves the region where the loss is nearly quadratic mixes in other curvature. Scaling the loss does not change the step. Measured on
 * tiny-cnn after Rotated MNIST (‖θ‖ 34.2, L 0.08): largest eigenvalue by step as a share of ‖θ‖, with batch and with running statistics in batch norm:
 *
 *     share      1e-5     1e-4    3e-4    1e-3    3e-3    1e-2    3e-2     1e-1
 *     batch     -1.04     1.14    1.60    1.56    1.61    1.64    2.21     1.23     the rule gives 3e-3
 *     running    45.0     48.5    49.6    61.0     133     153    82.3      121     the rule gives 5e-4
 */
export function hessianStep({ weightNorm, loss, curvature }: HessianStepOptions): number {
  if (curvature === undefined) return start * weightNorm;
  const step = Math.sqrt((2 * lossShare * Math.abs(loss)) / Math.max(Math.abs(curvature), Number.MIN_VALUE));
  return Math.min(Math.max(step, least * weightNorm), most * weightNorm);
}

/** ‖θ‖ over the trained weights. */
export function weightNormOf(weights: Weights): number {
  const norm = globalNorm(weights.trainable.map((name) => weights.get(name)));
  const [value = Number.NaN] = norm.dataSync();
  norm.dispose();
  return value;
}
