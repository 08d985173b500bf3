import { Gradients, type Objective, type Weights } from '@gradalign/core';
import * as tf from '@tensorflow/tfjs-core';

/** Added to norms: 0/0 would be NaN. */
const delta = 1e-12;

/** ρ g / (‖g‖ + δ) - α g: a step of length ρ along the gradient, less α times the gradient. */
export function ascent(gradient: Gradients, rho: number, alpha = 0): Gradients {
  const scale = tf.tidy(() => tf.sub(tf.div(rho, tf.add(gradient.norm(), delta)), alpha) as tf.Scalar);
  const step = Gradients.combine([[scale, gradient]]);
  scale.dispose();
  return step;
}

/** Passes the gradient to `make` and disposes it afterwards. */
export function consume<T>(gradient: Gradients, make: (gradient: Gradients) => T): T {
  using consumed = gradient;
  return make(consumed);
}

/** Gradient of the full loss at θ + shift; running statistics stay unchanged. */
export function gradientAt(objective: Objective, weights: Weights, shift: Gradients): Gradients {
  return weights.shifted(shift, () => {
    using there = objective.evaluate({ statistics: 'keep' });
    return there.gradient('full', { last: true });
  });
}
