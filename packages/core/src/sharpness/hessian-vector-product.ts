import { Gradients } from '../contracts/gradients.ts';
import type { LossSurface } from './loss-surface.ts';

/**
 * H v at the current weights θ, for ‖v‖ = 1, as a central difference of gradients:
 *
 *     H v ≈ (∇L(θ + h v) - ∇L(θ - h v)) / 2h
 *
 * Exact for a quadratic; elsewhere the error is h²/6 times the third derivative along v, plus the jumps of two gradients over 2h: the step must be
 * neither too long nor too short (see `hessianStep`). Costs two gradients. The caller disposes the result; the weights are restored bit for bit.
 */
export function hessianVectorProduct(surface: LossSurface, v: Gradients, h: number): Gradients {
  using forward = gradientAt(surface, v, h);
  using backward = gradientAt(surface, v, -h);
  return Gradients.combine([
    [1 / (2 * h), forward],
    [-1 / (2 * h), backward],
  ]);
}

function gradientAt(surface: LossSurface, v: Gradients, h: number): Gradients {
  using shift = Gradients.combine([[h, v]]);
  return surface.weights.shifted(shift, () => surface.gradient());
}
