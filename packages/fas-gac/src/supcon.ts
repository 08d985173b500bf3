import { cannot, defineLoss } from '@gradalign/core';
import { l2Normalize } from '@gradalign/engine';
import { Type } from '@sinclair/typebox';
import * as tf from '@tensorflow/tfjs-core';

/**
 * Supervised contrastive loss (Khosla et al., NeurIPS 2020, arXiv 2004.11362) on the l2-normalized features z of all views; P(i) = the other views of
 * i's class, A(i) = all other views, τ = temperature:
 *
 *     L = -(τ / τ_base) · mean over i of  1/|P(i)| Σ_{p in P(i)} log( exp(z_i·z_p / τ) / Σ_{a in A(i)} exp(z_i·z_a / τ) )
 *
 * A class is a label within a domain, as in the published GAC-FAS recipe.
 */
export const supcon = defineLoss({
  name: 'supcon',
  summary: 'Supervised contrastive loss between views; a class is a label within a domain',
  paper: 'Khosla et al., Supervised Contrastive Learning, NeurIPS 2020, arXiv 2004.11362',
  views: 2,
  options: Type.Object(
    {
      weight: Type.Number({ minimum: 0, default: 0.1, description: 'λ, weight relative to the risk' }),
      temperature: Type.Number({ exclusiveMinimum: 0, default: 0.1, description: 'τ' }),
      baseTemperature: Type.Number({ exclusiveMinimum: 0, default: 0.07, description: 'τ_base' }),
    },
    { additionalProperties: false },
  ),
  create: ({ weight, temperature, baseTemperature }, { classes }) => ({
    role: 'auxiliary',
    value({ features, labels, domains, views }) {
      if (views < 2) throw cannot("compute loss 'supcon'", `a batch has ${views} view`, 'at least 2 (data.views)', { exitCode: 2 });
      const classOf = Array.from(labels, (label, i) => (domains[i] as number) * classes.length + label);
      return tf.mul(weight, supervisedContrastive(features, classOf, views, temperature, baseTemperature)) as tf.Scalar;
    },
  }),
});

/** features: [views * n, d], all first views, then all second ones; classOf: n class numbers. Returns the unweighted loss. */
export function supervisedContrastive(
  features: tf.Tensor2D,
  classOf: readonly number[],
  views: number,
  temperature: number,
  baseTemperature: number,
): tf.Scalar {
  const n = classOf.length * views;
  const others = new Float32Array(n * n);
  const positives = new Float32Array(n * n);
  for (let i = 0; i < n; i++) {
    const same = (j: number) => i !== j && classOf[i % classOf.length] === classOf[j % classOf.length];
    let count = 0;
    for (let j = 0; j < n; j++) if (same(j)) count++;
    for (let j = 0; j < n; j++) {
      others[i * n + j] = i === j ? 0 : 1;
      positives[i * n + j] = same(j) ? 1 / count : 0;
    }
  }
  const normalized = l2Normalize(features, 1);
  const similarity = tf.div(tf.matMul(normalized, normalized, false, true), temperature);
  // The largest similarity is z·z = 1: subtracting it keeps the exponentials at most 1.
  const shifted = tf.sub(similarity, 1 / temperature);
  const denominator = tf.log(tf.sum(tf.mul(tf.exp(shifted), tf.tensor2d(others, [n, n])), 1, true));
  const logProbability = tf.sub(shifted, denominator);
  const mean = tf.div(tf.sum(tf.mul(logProbability, tf.tensor2d(positives, [n, n]))), n);
  return tf.mul(mean, -temperature / baseTemperature) as tf.Scalar;
}
