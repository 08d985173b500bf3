import { adaptiveAscent, Gradients, type Weights } from '@gradalign/core';
import * as tf from '@tensorflow/tfjs-core';

/** Where the ascending points are. */
export interface AscentOptions {
  /** ρ, radius of the ascent. */
  readonly rho: number;
  /** α, weight of the gradient alignment. */
  readonly alpha: number;
  /** Scale the ascent by the magnitude of each weight, as ASAM does. */
  readonly adaptive: boolean;
  /** η, added to that magnitude. */
  readonly eta: number;
}

/**
 * The shifts ε_i - α g from θ to the ascending points, one for each domain gradient g_i, with g = Σ g_i (section 3.2 of the paper):
 *
 *     ε_i = ρ g_i / (‖g_i‖ + δ), or adaptive: ρ T² g_i / (‖T g_i‖ + δ), T = |θ| + η (1 for norm offsets);  δ = 1e-12
 *
 * A generator, so that only one shift is in memory at a time; the caller disposes each. Le and Woo, CVPR 2024, arXiv 2402.18817.
 */
export function* ascendingPoints(domainGradients: readonly Gradients[], g: Gradients, weights: Weights, options: AscentOptions): Generator<Gradients> {
  for (const gradient of domainGradients) yield shift(gradient, g, weights, options, 1e-12);
}

/**
 * What the released class computes for three domains: cumulative gradients G_1 = g_1, G_2 = g_1 + g_2, G_3 = g_1 + g_2 + g_3; the ascent is along G_1,
 * G_2 - G_1 = g_2 and G_3 - (G_1 + G_2) = g_3 - g_1, always adaptive; G_1 + G_2 + G_3 = 3 g_1 + 2 g_2 + g_3 takes the place of g;  δ = 1e-16. A generator,
 * as `ascendingPoints` is; the caller disposes each shift.
 */
export function* releasedAscendingPoints(
  [g1, g2, g3]: readonly [Gradients, Gradients, Gradients],
  weights: Weights,
  options: AscentOptions,
): Generator<Gradients> {
  using sum = Gradients.combine([
    [3, g1],
    [2, g2],
    [1, g3],
  ]);
  using third = Gradients.combine([
    [1, g3],
    [-1, g1],
  ]);
  for (const gradient of [g1, g2, third]) yield shift(gradient, sum, weights, { ...options, adaptive: true }, 1e-16);
}

/** ε - α along. */
function shift(gradient: Gradients, along: Gradients, weights: Weights, { rho, alpha, adaptive, eta }: AscentOptions, delta: number): Gradients {
  if (!adaptive) {
    const scale = tf.tidy(() => tf.div(rho, tf.add(gradient.norm(), delta)) as tf.Scalar);
    const shifted = Gradients.combine([
      [scale, gradient],
      [-alpha, along],
    ]);
    scale.dispose();
    return shifted;
  }
  using epsilon = adaptiveAscent(gradient, weights, { rho, eta, plain: isNormOffset, delta });
  return Gradients.combine([
    [1, epsilon],
    [-alpha, along],
  ]);
}

/** Biases and the offsets of norms have no scale of their own. */
function isNormOffset(name: string): boolean {
  return /(^|\/)(beta|bias)$/.test(name);
}
