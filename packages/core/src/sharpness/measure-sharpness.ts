import type { Seed } from '../contracts/seed.ts';
import { normOf } from './directions.ts';
import { weightNormOf } from './hessian-step.ts';
import { type LargestEigenvalue, largestEigenvalue } from './largest-eigenvalue.ts';
import type { LossSurface } from './loss-surface.ts';
import { adversarialLoss, lossesAtRandom } from './perturbed-loss.ts';

export interface SharpnessOptions {
  /** Distance ρ of the perturbations. */
  readonly rho: number;
  /** Directions of the random one, each taken both ways. */
  readonly directions: number;
  /** Steps of the adversarial one. */
  readonly ascentSteps: number;
  /** Draws the directions and the start of the power iteration. */
  readonly seed: Seed;
}

/** How sharp a loss is at the current weights. Plain JSON. */
export interface Sharpness {
  readonly loss: number;
  /** ‖∇L(θ)‖: how far from a stationary point the weights are. */
  readonly gradientNorm: number;
  /** ‖θ‖ over the trained weights: distances and eigenvalues mean little without it. */
  readonly weightNorm: number;
  /** Largest eigenvalue of the Hessian. */
  readonly eigenvalue: LargestEigenvalue;
  /** Mean and largest loss over random directions, each taken both ways, distance ρ. */
  readonly random: { readonly mean: number; readonly largest: number };
  /** Loss at the end of an ascent, distance ρ. */
  readonly adversarial: number;
}

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
