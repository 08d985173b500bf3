import * as tf from '@tensorflow/tfjs-core';
import type { Gradients } from '../contracts/gradients.ts';
import type { Weights } from '../contracts/weights.ts';

/** Options of `adaptiveAscent`. */
export interface AdaptiveAscentOptions {
  /** ρ: radius of the ascent, > 0. */
  readonly rho: number;
  /** η: added to the absolute value of every weight, >= 0. */
  readonly eta: number;
  /** True for weights with T = 1 (biases and batch norm, say). */
  readonly plain: (name: string) => boolean;
  /** δ: keeps the division finite where the gradient is zero; default 1e-12. */
  readonly delta?: number;
}

/** Whether a weight is a bias or the offset of a norm: these have no scale of their own, and the authors' code of ASAM leaves them unscaled. */
export function isOffset(weight: string): boolean {
  return /(^|\/)(beta|bias)$/.test(weight);
}

/**
 * ε = ρ T² g / (‖T g‖ + δ), T = |θ| + η elementwise (T = 1 for plain weights), with one l2 norm over all weights together: the ascent step of ASAM.
 * Kwon et al., ASAM, ICML 2021, equation 8. The caller disposes the result; `gradient` stays the caller's.
 */
export function adaptiveAscent(gradient: Gradients, weights: Weights, { rho, eta, plain, delta = 1e-12 }: AdaptiveAscentOptions): Gradients {
  const size = (name: string) => tf.add(tf.abs(weights.get(name)), eta);
  using scaled = gradient.map((g, name) => (plain(name) ? g.clone() : tf.mul(size(name), g)));
  const scale = tf.tidy(() => tf.div(rho, tf.add(scaled.norm(), delta)) as tf.Scalar);
  const epsilon = scaled.map((tg, name) => tf.mul(scale, plain(name) ? tg : tf.mul(size(name), tg)));
  scale.dispose();
  return epsilon;
}
