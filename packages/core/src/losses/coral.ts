import { Type } from '@sinclair/typebox';
import * as tf from '@tensorflow/tfjs-core';
import { defineLoss } from '../contracts/loss.ts';
import { rowsByDomain } from './rows-by-domain.ts';

/**
 * Correlation alignment between the source domains (Sun and Saenko, ECCV 2016 workshops, arXiv 1607.01719), as DomainBed defines it: mean μ_i and covariance
 * C_i (divided by n - 1) of the features of domain i, all views; d features:
 *
 *     A = γ · mean over the pairs i < j of  ‖μ_i - μ_j‖² / d + ‖C_i - C_j‖² / d²
 *
 * The pairs are those of domains present in the batch; with fewer than two A is 0. The covariance of a single row is 0.
 */
export const coral = defineLoss({
  name: 'coral',
  summary: 'CORAL: makes mean and covariance of the features equal between the source domains',
  paper: 'Sun and Saenko, Deep CORAL: Correlation Alignment for Deep Domain Adaptation, ECCV 2016 Workshops, arXiv 1607.01719',
  options: Type.Object({ weight: Type.Number({ minimum: 0, default: 1, description: 'γ, weight relative to the risk' }) }, { additionalProperties: false }),
  create: ({ weight }) => ({
    role: 'auxiliary',
    value(batch) {
      const moments = rowsByDomain(batch).map((rows) => momentsOf(tf.gather(batch.features, tf.tensor1d([...rows], 'int32'))));
      const pairs = moments.flatMap((a, i) => moments.slice(i + 1).map((b) => [a, b] as const));
      if (pairs.length === 0) return tf.scalar(0);
      const distances = pairs.map(([a, b]) => tf.add(meanSquare(a.mean, b.mean), meanSquare(a.covariance, b.covariance)));
      return tf.mul(tf.addN(distances), weight / pairs.length) as tf.Scalar;
    },
  }),
});

function momentsOf(features: tf.Tensor2D): { readonly mean: tf.Tensor; readonly covariance: tf.Tensor } {
  const mean = tf.mean(features, 0, true);
  const centered = tf.sub(features, mean) as tf.Tensor2D;
  return { mean, covariance: tf.mul(tf.matMul(centered, centered, true, false), 1 / Math.max(1, features.shape[0] - 1)) };
}

function meanSquare(a: tf.Tensor, b: tf.Tensor): tf.Tensor {
  return tf.mean(tf.square(tf.sub(a, b)));
}
