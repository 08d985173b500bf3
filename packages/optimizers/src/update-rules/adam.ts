import { defineUpdateRule } from '@gradalign/core';
import { adamOptions, adamRule } from './adam-rule.ts';

/**
 * Adam (Kingma and Ba, ICLR 2015, arXiv 1412.6980) with PyTorch's semantics. d = direction + weightDecay · θ:
 *
 *     m ← β1 m + (1 - β1) d;   v ← β2 v + (1 - β2) d²
 *     θ ← θ - lr / (1 - β1^t) · m / (√v / √(1 - β2^t) + ε)
 *
 * @example
 * One step along (1, -4) from (1, 2), at the full learning rate:
 *
 * ```ts
 * import { Gradients, Weights } from '@gradalign/core';
 * import { loadEngine } from '@gradalign/engine';
 * import { adam } from '@gradalign/optimizers';
 * import * as tf from '@tensorflow/tfjs-core';
 *
 * await loadEngine();
 * using weights = new Weights({ 'head/kernel': tf.tensor1d([1, 2]) });
 * using direction = new Gradients(new Map([['head/kernel', tf.tensor1d([1, -4])]]));
 * using rule = adam.create({ learningRate: 0.1, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0, scale: {} });
 * rule.apply(direction, weights, 1);
 * console.log(weights.get('head/kernel').dataSync()); // 0.9, 2.1: the first step is the learning rate, whatever the size of the gradient
 * ```
 */
export const adam = defineUpdateRule({
  name: 'adam',
  summary: 'Adam; weight decay is added to the direction',
  paper: 'Kingma and Ba, Adam: A Method for Stochastic Optimization, ICLR 2015, arXiv 1412.6980',
  options: adamOptions({ weightDecay: 0 }),
  create: (options) => adamRule(options, 'coupled'),
});
