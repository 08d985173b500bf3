import * as tf from '@tensorflow/tfjs-core';
import type { Gradients } from '../contracts/gradients.ts';
import type { Weights } from '../contracts/weights.ts';

export interface AdaptiveAscentOptions {
  /** ρ, radius. */
  readonly rho: number;
  /** η, added to the size of every weight. */
  readonly eta: number;
  /** Names of weights for which T = 1. */
  readonly plain: (name: string) => boolean;
  /** Floor of the norm. */
  readonly delta?: number;
}

/** Whether a weight is a bias or the offset of a norm: these have no scale of their own, and the authors' code of ASAM leaves them unscaled. */
export function isOffset(weight: string): boolean {
  return /(^|\/)(beta|bias)$/.test(weight);
}

/**
 * ε = ρ T² g / (‖T g‖ + δ), T = |θ| + η element by element (T = 1 for plain weights); one l2 norm over all weights together.
 * Kwon et al., ASAM, ICML 2021, equation 8.
 */
export function adaptiveAscent(gradient: Gradients, weights: Weights, { rho, eta, plain, delta = 1e-12 }: AdaptiveAscentOptions): Gradients {
  const size = (name: string) => tf.add(tf.abs(weights.get(name)), eta);
  using scaled = gradient.map((g, name) => (plain(name) ? g.clone() : tf.mul(size(name), g)));
  const scale = tf.tidy(() => tf.div(rho, tf.add(scaled.norm(), delta)) as tf.Scalar);
  const epsilon = scaled.map((tg, name) => tf.mul(scale, plain(name) ? tg : tf.mul(size(name), tg)));
  scale.dispose();
  return epsilon;
}
