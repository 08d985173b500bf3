import { defineUpdateRule } from '@gradalign/core';
import { adamOptions, adamRule } from './adam-rule.ts';

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter, ICLR 2019, arXiv 1711.05101), PyTorch's semantics: θ ← θ (1 - lr · weightDecay), then Adam's
 * step with d = direction:
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
 * import { adamw } from '@gradalign/optimizers';
 * import * as tf from '@tensorflow/tfjs-core';
 *
 * await loadEngine();
 * using weights = new Weights({ 'head/kernel': tf.tensor1d([1, 2]) });
 * using direction = new Gradients(new Map([['head/kernel', tf.tensor1d([1, -4])]]));
 * using rule = adamw.create({ learningRate: 0.1, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.5, scale: {} });
 * rule.apply(direction, weights, 1);
 * console.log(weights.get('head/kernel').dataSync()); // 0.85, 2: 5 % off each weight, then a step of 0.1
 * ```
 */
export const adamw = defineUpdateRule({
  name: 'adamw',
  summary: 'Adam with decoupled weight decay',
  paper: 'Loshchilov and Hutter, Decoupled Weight Decay Regularization, ICLR 2019, arXiv 1711.05101',
  options: adamOptions({ weightDecay: 0.01 }),
  create: (options) => adamRule(options, 'decoupled'),
});
