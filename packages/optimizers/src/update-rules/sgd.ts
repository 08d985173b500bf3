import { defineUpdateRule } from '@gradalign/core';
import { combine } from '@gradalign/engine';
import { Type } from '@sinclair/typebox';
import * as tf from '@tensorflow/tfjs-core';
import { learningRateScale, scaleOption } from './learning-rates.ts';
import { TensorState } from './tensor-state.ts';

/**
 * Stochastic gradient descent, PyTorch's semantics. d = direction + weightDecay · θ:
 *
 *     b ← d at the first step of a weight, then momentum · b + d
 *     θ ← θ - lr · b        (Nesterov: lr · (d + momentum · b))
 */
export const sgd = defineUpdateRule({
  name: 'sgd',
  summary: 'Stochastic gradient descent with momentum',
  options: Type.Object(
    {
      learningRate: Type.Number({ minimum: 0, default: 5e-3, description: 'lr' }),
      momentum: Type.Number({ minimum: 0, exclusiveMaximum: 1, default: 0.9 }),
      nesterov: Type.Boolean({ default: false, description: 'Look ahead along the momentum' }),
      weightDecay: Type.Number({ minimum: 0, default: 1e-4, description: 'Added to the direction as weightDecay · θ' }),
      scale: scaleOption,
    },
    { additionalProperties: false },
  ),
  create({ learningRate, momentum, nesterov, weightDecay, scale }) {
    const buffers = new TensorState();
    const factor = learningRateScale(scale);
    return {
      apply(direction, weights, learningRateFactor) {
        for (const [name, gradient] of direction.byName) {
          const variable = weights.get(name);
          const rate = learningRate * learningRateFactor * factor(name);
          const moved = tf.tidy(() => {
            const d = weightDecay === 0 ? gradient : sum([1, gradient], [weightDecay, variable]);
            if (momentum === 0) return sum([1, variable], [-rate, d]);
            const last = buffers.get('momentum', name);
            const buffer = tf.keep(last ? sum([momentum, last], [1, d]) : d.clone());
            buffers.set('momentum', name, buffer);
            return nesterov ? sum([1, variable], [-rate, d], [-rate * momentum, buffer]) : sum([1, variable], [-rate, buffer]);
          });
          weights.assign(name, moved);
          moved.dispose();
        }
      },
      state: () => ({ tensors: buffers.state() }),
      restore: ({ tensors }) => buffers.restore(tensors),
      [Symbol.dispose]: () => buffers[Symbol.dispose](),
    };
  },
});

function sum(...terms: readonly (readonly [scale: number, tensor: tf.Tensor])[]): tf.Tensor {
  return combine(terms.map(([scale, tensor]) => ({ scale, tensors: [tensor] })))[0] as tf.Tensor;
}
