import { Gradients } from '../contracts/gradients.ts';
import type { Random } from '../contracts/seed.ts';
import { randomDirection, scaledTo } from './directions.ts';
import type { LossSurface } from './loss-surface.ts';

export interface RandomLossOptions {
  /** Distance from the weights. */
  readonly rho: number;
  /** How many directions are drawn, each taken both ways; 10. */
  readonly directions?: number;
  readonly random: Random;
}

/**
 * The losses at θ + ρ u and θ - ρ u, one after the other, for directions u drawn evenly from the unit sphere over all n weights. Both ways, because in
 * many dimensions the slope along u, which the mean over ± u cancels, hides the curvature: the mean gains ½ ρ² tr(H) / n to second order.
 */
export function lossesAtRandom(surface: LossSurface, { rho, directions = 10, random }: RandomLossOptions): number[] {
  using like = surface.gradient();
  return Array.from({ length: directions }, () => {
    using unit = randomDirection(like, random);
    return [rho, -rho].map((distance) => {
      using shift = Gradients.combine([[distance, unit]]);
      return surface.weights.shifted(shift, () => surface.loss());
    });
  }).flat();
}

export interface AdversarialLossOptions {
  /** Distance from the weights. */
  readonly rho: number;
  /** Steps of the ascent; 5. The first one is SAM's. */
  readonly steps?: number;
}

/**
 * The largest loss that an ascent finds at distance ρ:
 *
 *     δ_1 = ρ ∇L(θ) / ‖∇L(θ)‖                  SAM's ascending point
 *     δ_t = ρ ∇L(θ + δ_{t-1}) / ‖∇L(θ + δ_{t-1})‖
 *
 * the point of the sphere where the loss's linear model at the last point is largest. A lower bound of the maximum over the ball; the largest of the
 * points visited is returned, so more steps never give less.
 */
export function adversarialLoss(surface: LossSurface, { rho, steps = 5 }: AdversarialLossOptions): number {
  let largest = Number.NEGATIVE_INFINITY;
  let gradient: Gradients = surface.gradient();
  try {
    for (let step = 0; step < steps; step++) {
      using shift = scaledTo(gradient, rho);
      const there = surface.weights.shifted(shift, () => ({ loss: surface.loss(), gradient: surface.gradient() }));
      gradient[Symbol.dispose]();
      gradient = there.gradient;
      largest = Math.max(largest, there.loss);
    }
  } finally {
    gradient[Symbol.dispose]();
  }
  return largest;
}
