import { Gradients, type Objective, type Weights } from '@gradalign/core';
import * as tf from '@tensorflow/tfjs-core';

/** Floor of norms: 0/0 would be NaN. */
const delta = 1e-12;

/** ρ g / (‖g‖ + δ) - α g: the step of length ρ along the gradient, and α gradients back. */
export function ascent(gradient: Gradients, rho: number, alpha = 0): Gradients {
  const scale = tf.tidy(() => tf.sub(tf.div(rho, tf.add(gradient.norm(), delta)), alpha) as tf.Scalar);
  const step = Gradients.combine([[scale, gradient]]);
  scale.dispose();
  return step;
}

/** The gradient's last use: it is disposed when `make` has made something of it. */
export function spend<T>(gradient: Gradients, make: (gradient: Gradients) => T): T {
  using spent = gradient;
  return make(spent);
}

/** Gradient of the full loss at θ + shift, where running statistics stay as they are. */
export function gradientAt(objective: Objective, weights: Weights, shift: Gradients): Gradients {
  return weights.shifted(shift, () => {
    using there = objective.evaluate({ statistics: 'keep' });
    return there.gradient('full', { last: true });
  });
}
