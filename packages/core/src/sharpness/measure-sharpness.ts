import type { Seed } from '../contracts/seed.ts';
import { normOf } from './directions.ts';
import { weightNormOf } from './hessian-step.ts';
import { type LargestEigenvalue, largestEigenvalue } from './largest-eigenvalue.ts';
import type { LossSurface } from './loss-surface.ts';
import { adversarialLoss, lossesAtRandom } from './perturbed-loss.ts';

/** Options of `measureSharpness`. */
export interface SharpnessOptions {
  /** ρ: l2 distance of the perturbed weights, > 0. */
  readonly rho: number;
  /** Number of random directions, each taken both ways. */
  readonly directions: number;
  /** Steps of the adversarial ascent. */
  readonly ascentSteps: number;
  /** Draws the directions and the start of the power iteration. */
  readonly seed: Seed;
}

/** How sharp a loss is at the current weights. Plain JSON. */
export interface Sharpness {
  /** L(θ). */
  readonly loss: number;
  /** ‖∇L(θ)‖: zero at a stationary point. */
  readonly gradientNorm: number;
  /** ‖θ‖ over the trained weights, the scale for distances and eigenvalues. */
  readonly weightNorm: number;
  /** Largest eigenvalue of the Hessian. */
  readonly eigenvalue: LargestEigenvalue;
  /** Mean and largest loss at distance ρ over random directions, each taken both ways. */
  readonly random: { readonly mean: number; readonly largest: number };
  /** Largest loss at distance ρ that an ascent finds. */
  readonly adversarial: number;
}

/** All measures of sharpness at the current weights, which are restored bit for bit. Needs a loaded engine. */
export function measureSharpness(surface: LossSurface, { rho, directions, ascentSteps, seed }: SharpnessOptions): Sharpness {
  const loss = surface.loss();
  const gradientNorm = gradientNormOf(surface);
  const losses = lossesAtRandom(surface, { rho, directions, random: seed.stream('random directions').at() });
  return {
    loss,
    gradientNorm,
    weightNorm: weightNormOf(surface.weights),
    eigenvalue: largestEigenvalue(surface, { random: seed.stream('power iteration').at() }),
    random: { mean: losses.reduce((sum, value) => sum + value, 0) / losses.length, largest: Math.max(...losses) },
    adversarial: adversarialLoss(surface, { rho, steps: ascentSteps }),
  };
}

function gradientNormOf(surface: LossSurface): number {
  using gradient = surface.gradient();
  return normOf(gradient);
}
