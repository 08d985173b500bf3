import { Gradients, type Objective, type Weights } from '@gradalign/core';
import * as tf from '@tensorflow/tfjs-core';

/** Floor of norms: 0/0 would be NaN. */
const delta = 1e-12;

/** ρ g / (‖g‖ + δ): the step of length ρ along the gradient. */
export function ascent(gradient: Gradients, rho: number): Gradients {
  const scale = tf.tidy(() => tf.div(rho, tf.add(gradient.norm(), delta)) as tf.Scalar);
  const step = Gradients.combine([[scale, gradient]]);
  scale.dispose();
  return step;
}

/** Gradient of the full loss at θ + shift, where running statistics stay as they are. */
export function gradientAt(objective: Objective, weights: Weights, shift: Gradients): Gradients {
  return weights.shifted(shift, () => {
    using there = objective.evaluate({ statistics: 'keep' });
    return there.gradient('full', { last: true });
  });
}
