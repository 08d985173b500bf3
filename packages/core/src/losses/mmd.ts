import { Type } from '@sinclair/typebox';
import * as tf from '@tensorflow/tfjs-core';
import { defineLoss } from '../contracts/loss.ts';
import { rowsByDomain } from './rows-by-domain.ts';

/**
 * Maximum mean discrepancy between the source domains (Li et al., CVPR 2018), as DomainBed defines it: a sum of Gaussian kernels on the features z of all
 * views, X_i the rows of domain i:
 *
 *     k(x, y) = Σ_s exp(-s ‖x - y‖²)                                        s in `bandwidths`
 *     A = γ · mean over the pairs i < j of  mean k(X_i, X_i) + mean k(X_j, X_j) - 2 mean k(X_i, X_j)
 *
 * The means include each row with itself. The pairs are those of domains present in the batch; with fewer than two A is 0.
 */
export const mmd = defineLoss({
  name: 'mmd',
  summary: 'MMD: makes the distribution of the features equal between the source domains, by Gaussian kernels',
  paper: 'Li et al., Domain Generalization with Adversarial Feature Learning, CVPR 2018',
  options: Type.Object(
    {
      weight: Type.Number({ minimum: 0, default: 1, description: 'γ, weight relative to the risk' }),
      bandwidths: Type.Array(Type.Number({ exclusiveMinimum: 0 }), {
        minItems: 1,
        default: [0.001, 0.01, 0.1, 1, 10, 100, 1000],
        description: 'Factors s of the squared distance in the kernels',
      }),
    },
    { additionalProperties: false },
  ),
  create: ({ weight, bandwidths }) => ({
    role: 'auxiliary',
    value(batch) {
      const domains = rowsByDomain(batch);
      if (domains.length < 2) return tf.scalar(0);
      const distances = squaredDistances(batch.features);
      const kernel = tf.addN(bandwidths.map((s) => tf.exp(tf.mul(distances, -s))));
      return tf.mul(tf.sum(tf.mul(kernel, shares(domains, batch.features.shape[0]))), weight) as tf.Scalar;
    },
  }),
});

/** [n, n]; 0 on the diagonal. Distances do not change with the origin: at the mean of the rows least is lost to rounding. */
function squaredDistances(features: tf.Tensor2D): tf.Tensor2D {
  const centered = tf.sub(features, tf.mean(features, 0, true)) as tf.Tensor2D;
  const squares = tf.sum(tf.square(centered), 1, true);
  const distances = tf.sub(tf.add(squares, tf.transpose(squares)), tf.mul(tf.matMul(centered, centered, false, true), 2));
  return tf.mul(tf.relu(distances), tf.sub(1, tf.eye(features.shape[0]))) as tf.Tensor2D;
}

/** [n, n], the factors of k(z_a, z_b) in the mean over the P pairs: (k' - 1) / (P n_i²) within domain i, -1 / (P n_i n_j) between i and j. */
function shares(domains: readonly (readonly number[])[], n: number): tf.Tensor2D {
  const pairs = (domains.length * (domains.length - 1)) / 2;
  const factors = new Float32Array(n * n);
  for (const [i, rows] of domains.entries()) {
    for (const [j, others] of domains.entries()) {
      const factor = (i === j ? domains.length - 1 : -1) / (pairs * rows.length * others.length);
      for (const a of rows) for (const b of others) factors[a * n + b] = factor;
    }
  }
  return tf.tensor2d(factors, [n, n]);
}
