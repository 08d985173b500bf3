import { adaptiveAscent, Gradients, isOffset, type Weights } from '@gradalign/core';
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
 *     ε_i = ρ g_i / (‖g_i‖ + δ), or adaptive: ρ T² g_i / (‖T g_i‖ + δ), T = |θ| + η (1 for biases and offsets of norms);  δ = 1e-12
 *
 * A generator, so that only one shift is in memory at a time; the caller disposes each. Le and Woo, CVPR 2024, arXiv 2402.18817.
 */
export function* ascendingPoints(domainGradients: readonly Gradients[], g: Gradients, weights: Weights, options: AscentOptions): Generator<Gradients> {
  for (const gradient of domainGradients) yield shift(gradient, g, weights, options, 1e-12);
}

/**
 * What the released class computes. Its accumulator holds G_i = g_1 + ... + g_i after domain i, over all k source domains in their order:
 *
 *     ascent i  = G_i - Σ_{j<i} G_j        g_1, g_2, g_3 - g_1, g_4 - g_2 - 2 g_1 ...
 *     ε_i - α Σ_i G_i                      Σ_i G_i = k g_1 + (k - 1) g_2 + ... + g_k takes the place of g
 *
 * always adaptive, δ = 1e-16. A domain without a gradient (absent from the batch, or with a loss of exactly 0) adds its G_i = G_{i-1} all the same and gets
 * no ascending point. A generator, as `ascendingPoints` is; the caller disposes each shift, and the gradients after the last.
 *
 * @param domainGradients Of every source domain, in their order; undefined: no ascent along it.
 */
export function* releasedAscendingPoints(domainGradients: readonly (Gradients | undefined)[], weights: Weights, options: AscentOptions): Generator<Gradients> {
  const k = domainGradients.length;
  /** Σ_j factor(j) · g_j. */
  const combination = (factor: (j: number) => number) =>
    Gradients.combine(domainGradients.flatMap((gradient, j) => (gradient && factor(j) !== 0 ? [[factor(j), gradient] as const] : [])));
  using sum = combination((j) => k - j);
  for (const [i, own] of domainGradients.entries()) {
    if (!own) continue;
    // g_j is in G_i, and in i - j of the sums before it.
    using ascent = combination((j) => (j > i ? 0 : 1 - (i - j)));
    yield shift(ascent, sum, weights, { ...options, adaptive: true }, 1e-16);
  }
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
  using epsilon = adaptiveAscent(gradient, weights, { rho, eta, plain: isOffset, delta });
  return Gradients.combine([
    [1, epsilon],
    [-alpha, along],
  ]);
}
