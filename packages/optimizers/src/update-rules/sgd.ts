import { defineUpdateRule, type Gradients, type Weights } from '@gradalign/core';
import { combine } from '@gradalign/engine';
import { Type } from '@sinclair/typebox';
import * as tf from '@tensorflow/tfjs-core';
import { learningRateScale, scaleOption } from './learning-rates.ts';
import { TensorState } from './tensor-state.ts';

/**
 * Stochastic gradient descent with momentum (Sutskever et al., ICML 2013), PyTorch's semantics. d = direction + weightDecay · θ:
 *
 *     b ← d at a weight's first step, then momentum · b + d
 *     θ ← θ - lr · b        (Nesterov: lr · (d + momentum · b))
 *
 * @example
 * One step along (1, -4) from (1, 2), at the full learning rate:
 *
 * ```ts
 * import { Gradients, Weights } from '@gradalign/core';
 * import { loadEngine } from '@gradalign/engine';
 * import { sgd } from '@gradalign/optimizers';
 * import * as tf from '@tensorflow/tfjs-core';
 *
 * await loadEngine();
 * using weights = new Weights({ 'head/kernel': tf.tensor1d([1, 2]) });
 * using direction = new Gradients(new Map([['head/kernel', tf.tensor1d([1, -4])]]));
 * using rule = sgd.create({ learningRate: 0.1, momentum: 0.9, nesterov: false, weightDecay: 0, scale: {} });
 * rule.apply(direction, weights, 1);
 * console.log(weights.get('head/kernel').dataSync()); // 0.9, 2.4
 * ```
 */
export const sgd = defineUpdateRule({
  name: 'sgd',
  isDefault: true,
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

    /** One step of these weights, which share a rate; `first`: they have no buffer yet. */
    function step(names: readonly string[], first: boolean, rate: number, direction: Gradients, weights: Weights): void {
      const gradients = { scale: 1, tensors: names.map((name) => direction.get(name) as tf.Tensor) };
      const at = names.map((name) => weights.get(name));
      const decay = { scale: weightDecay, tensors: at };
      const last = first ? [] : [{ scale: momentum, tensors: names.map((name) => buffers.get('momentum', name) as tf.Tensor) }];
      const b = combine([gradients, decay, ...last]);
      const moved = combine(
        nesterov
          ? [
              { scale: 1, tensors: at },
              { ...gradients, scale: -rate },
              { ...decay, scale: -rate * weightDecay },
              { scale: -rate * momentum, tensors: b },
            ]
          : [
              { scale: 1, tensors: at },
              { scale: -rate, tensors: b },
            ],
      );
      for (const [i, name] of names.entries()) {
        weights.assign(name, moved[i] as tf.Tensor);
        if (momentum !== 0) buffers.set('momentum', name, b[i] as tf.Tensor);
      }
      tf.dispose(momentum === 0 ? [...moved, ...b] : moved);
    }

    return {
      apply(direction, weights, learningRateFactor) {
        for (const [scaled, names] of groupBy(direction.names, factor)) {
          const rate = learningRate * learningRateFactor * scaled;
          const [fresh, known] = [names.filter((name) => !buffers.get('momentum', name)), names.filter((name) => buffers.get('momentum', name))];
          for (const part of [fresh, known]) step(part, part === fresh, rate, direction, weights);
        }
      },
      state: () => ({ tensors: buffers.state() }),
      restore: ({ tensors }) => buffers.restore(tensors),
      [Symbol.dispose]: () => buffers[Symbol.dispose](),
    };
  },
});

function groupBy<K>(names: readonly string[], key: (name: string) => K): Map<K, string[]> {
  const groups = new Map<K, string[]>();
  for (const name of names) groups.set(key(name), [...(groups.get(key(name)) ?? []), name]);
  return groups;
}
