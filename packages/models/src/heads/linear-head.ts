import * as tf from '@tensorflow/tfjs-core';
import { uniformTensor } from '../layers/initial-values.ts';
import type { Head } from './head.ts';

/** logit = z·w + b; `head/kernel` [features, logits] and `head/bias` [logits], initialized like PyTorch's linear layer. */
export function linearHead(features: number, logits: number): Head {
  const bound = 1 / Math.sqrt(features);
  return {
    declare({ parameters }, random) {
      parameters['head/kernel'] = uniformTensor([features, logits], bound, random('head/kernel'));
      parameters['head/bias'] = uniformTensor([logits], bound, random('head/bias'));
    },
    apply: (z, weights) => tf.add(tf.matMul(z, weights.get('head/kernel') as unknown as tf.Tensor2D), weights.get('head/bias')) as tf.Tensor2D,
  };
}
