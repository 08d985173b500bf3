import { globalNorm } from '@gradalign/engine';
import type { Weights } from '../weights.ts';

/** Share of ‖θ‖ that a Hessian-vector product steps each way. */
export const relativeStep = 1e-3;

/** The step h of `hessianVectorProduct` at these weights, and ‖θ‖ over the trained ones. */
export function hessianStep(weights: Weights): { readonly step: number; readonly weightNorm: number } {
  const norm = globalNorm(weights.trainable.map((name) => weights.get(name)));
  const [weightNorm = Number.NaN] = norm.dataSync();
  norm.dispose();
  return { step: relativeStep * weightNorm, weightNorm };
}
