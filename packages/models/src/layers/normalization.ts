import type { Pass, Weights } from '@gradalign/core';
import { type AfterNorm, batchNorm, batchNormInference, groupedBatchNorm } from '@gradalign/engine';
import * as tf from '@tensorflow/tfjs-core';
import type { Layer } from './layer.ts';

export interface Normalization extends Layer {
  /** `after`: an addition and a ReLU, fused behind it. */
  apply(x: tf.Tensor4D, weights: Weights, pass: Pass, after?: AfterNorm): tf.Tensor4D;
}

/**
 * Batch norm: parameters `<name>/gamma` and `<name>/beta`, statistics `<name>/movingMean` and `<name>/movingVariance`, all [channels].
 *
 * @param epsilon Default: PyTorch's.
 */
export function normalization(name: string, channels: number, epsilon = 1e-5): Normalization {
  const names = { gamma: `${name}/gamma`, beta: `${name}/beta`, mean: `${name}/movingMean`, variance: `${name}/movingVariance` };
  return {
    declare({ parameters, statistics }) {
      parameters[names.gamma] = tf.ones([channels]);
      parameters[names.beta] = tf.zeros([channels]);
      statistics[names.mean] = tf.zeros([channels]);
      statistics[names.variance] = tf.ones([channels]);
    },
    apply(x, weights, pass, after = {}) {
      const vector = (of: string) => weights.get(of) as unknown as tf.Tensor1D;
      if (!pass.training) return batchNormInference(x, vector(names.gamma), vector(names.beta), vector(names.mean), vector(names.variance), epsilon, after);
      if (!pass.groups) {
        const { y, mean, variance } = batchNorm(x, vector(names.gamma), vector(names.beta), epsilon, after);
        pass.statistics?.({ mean: names.mean, variance: names.variance }, mean, variance);
        return y;
      }
      const { y, mean, variance } = groupedBatchNorm(x, vector(names.gamma), vector(names.beta), epsilon, pass.groups, after);
      for (const group of pass.statistics ? pass.groups.keys() : []) {
        const [groupMean, groupVariance] = [mean, variance].map((rows) => tf.squeeze<tf.Tensor1D>(tf.slice(rows, [group, 0], [1, -1]), [0]));
        pass.statistics?.({ mean: names.mean, variance: names.variance }, groupMean as tf.Tensor1D, groupVariance as tf.Tensor1D);
      }
      return y;
    },
  };
}
