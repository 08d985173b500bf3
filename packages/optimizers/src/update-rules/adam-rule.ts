import type { State, UpdateRule } from '@gradalign/core';
import { type Static, Type } from '@sinclair/typebox';
import * as tf from '@tensorflow/tfjs-core';
import { learningRateScale, scaleOption } from './learning-rates.ts';
import { TensorState } from './tensor-state.ts';

/** Options of Adam and AdamW; PyTorch's defaults. */
export const adamOptions = ({ weightDecay }: { readonly weightDecay: number }) =>
  Type.Object(
    {
      learningRate: Type.Number({ minimum: 0, default: 1e-3, description: 'lr' }),
      beta1: Type.Number({ minimum: 0, exclusiveMaximum: 1, default: 0.9, description: 'Decay of the mean of gradients' }),
      beta2: Type.Number({ minimum: 0, exclusiveMaximum: 1, default: 0.999, description: 'Decay of the mean of squared gradients' }),
      epsilon: Type.Number({ exclusiveMinimum: 0, default: 1e-8, description: 'Added to the root of the second moment' }),
      weightDecay: Type.Number({ minimum: 0, default: weightDecay }),
      scale: scaleOption,
    },
    { additionalProperties: false },
  );

/**
 * t counts the steps of each weight, so that a weight that thaws later starts at t = 1:
 *
 *     m ← β1 m + (1 - β1) d;   v ← β2 v + (1 - β2) d²
 *     θ ← θ - lr / (1 - β1^t) · m / (√v / √(1 - β2^t) + ε)
 */
export function adamRule(
  { learningRate, beta1, beta2, epsilon, weightDecay, scale }: Static<ReturnType<typeof adamOptions>>,
  decay: 'coupled' | 'decoupled',
): UpdateRule {
  const moments = new TensorState();
  const steps = new Map<string, number>();
  const factor = learningRateScale(scale);
  return {
    apply(direction, weights, learningRateFactor) {
      for (const [name, gradient] of direction.byName) {
        const variable = weights.get(name);
        const rate = learningRate * learningRateFactor * factor(name);
        const t = (steps.get(name) ?? 0) + 1;
        steps.set(name, t);
        const moved = tf.tidy(() => {
          const start = decay === 'decoupled' ? tf.mul(variable, 1 - rate * weightDecay) : variable;
          const d = decay === 'coupled' && weightDecay > 0 ? tf.add(gradient, tf.mul(variable, weightDecay)) : gradient;
          const first = average(moments.get('first', name), d, beta1);
          const second = average(moments.get('second', name), tf.square(d), beta2);
          moments.set('first', name, tf.keep(first));
          moments.set('second', name, tf.keep(second));
          const root = tf.add(tf.div(tf.sqrt(second), Math.sqrt(1 - beta2 ** t)), epsilon);
          return tf.sub(start, tf.mul(tf.div(first, root), rate / (1 - beta1 ** t)));
        });
        weights.assign(name, moved);
        moved.dispose();
      }
    },
    state: () => ({ tensors: moments.state(), values: { steps: Object.fromEntries(steps) } }),
    restore({ tensors, values }: State) {
      moments.restore(tensors);
      steps.clear();
      for (const [name, t] of Object.entries((values?.['steps'] as Record<string, number> | undefined) ?? {})) steps.set(name, t);
    },
    [Symbol.dispose]: () => moments[Symbol.dispose](),
  };
}

/** β · last + (1 - β) · value; `last` is zero at first. */
function average(last: tf.Tensor | undefined, value: tf.Tensor, beta: number): tf.Tensor {
  const part = tf.mul(value, 1 - beta);
  return last ? tf.add(tf.mul(last, beta), part) : part;
}
