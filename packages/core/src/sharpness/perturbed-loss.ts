import { Gradients } from '../contracts/gradients.ts';
import type { Random } from '../contracts/seed.ts';
import { randomDirection, scaledTo } from './directions.ts';
import type { LossSurface } from './loss-surface.ts';

/** Options of `lossesAtRandom`. */
export interface RandomLossOptions {
  /** ρ: l2 distance from the weights. */
  readonly rho: number;
  /** Number of directions, each taken both ways; default 10. */
  readonly directions?: number;
  /** Draws the directions. */
  readonly random: Random;
}

/**
 * The losses at θ + ρ u and θ - ρ u, alternating, for directions u drawn uniformly from the unit sphere over all n weights: 2 · directions values. Both
 * ways, because in many dimensions the slope along u hides the curvature; the mean over ± u cancels it and exceeds L(θ) by ½ ρ² tr(H) / n to second
 * order. The weights are restored bit for bit.
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

/** Options of `adversarialLoss`. */
export interface AdversarialLossOptions {
  /** ρ: l2 distance from the weights. */
  readonly rho: number;
  /** Steps of the ascent; default 5. The first one is SAM's. */
  readonly steps?: number;
}

/**
 * The largest loss that an ascent finds at distance ρ:
 *
 *     δ_1 = ρ ∇L(θ) / ‖∇L(θ)‖                  SAM's ascending point
 *     δ_t = ρ ∇L(θ + δ_{t-1}) / ‖∇L(θ + δ_{t-1})‖
 *
 * Each is the point of the sphere that maximizes the loss's linear model at the previous one. Returns the largest loss of the points visited, a lower
 * bound of the maximum over the ball: more steps never give less. The weights are restored bit for bit.
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
