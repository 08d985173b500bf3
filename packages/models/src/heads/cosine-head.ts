import { l2Normalize } from '@gradalign/engine';
import * as tf from '@tensorflow/tfjs-core';
import { uniformTensor } from '../layers/initial-values.ts';
import type { Head } from './head.ts';

/** logit = ⟨z/‖z‖, w/‖w‖⟩; `head/kernel` is [features, logits], initialized like PyTorch's linear layer. */
export function cosineHead(features: number, logits: number): Head {
  return {
    declare({ parameters }, random) {
      parameters['head/kernel'] = uniformTensor([features, logits], 1 / Math.sqrt(features), random('head/kernel'));
    },
    apply: (z, weights) => tf.matMul(l2Normalize(z, 1), l2Normalize(weights.get('head/kernel') as unknown as tf.Tensor2D, 0)),
  };
}
