import { l2Normalize } from '@gradalign/engine';
import { Type } from '@sinclair/typebox';
import * as tf from '@tensorflow/tfjs-core';
import { defineLoss } from '../contracts/loss.ts';
import { bonaFide, requireBonaFide } from './require-bona-fide.ts';
import { tripletTerms } from './triplet-terms.ts';

/**
 * The asymmetric triplet loss of SSDG (Jia et al., CVPR 2020, section 3.3): bona fide samples of all domains are one class, the attacks of each domain a class of
 * their own. With d the distance of l2-normalized features, all views, and m the margin:
 *
 *     all:       A = λ · Σ max(0, d(a, p) - d(a, n) + m) / number of triplets above 0     over all anchors a, positives p != a, negatives n
 *     hardest:   A = λ · mean over a of  max(0, max_p d(a, p) - min_n d(a, n) + m)        over anchors that have both
 *
 * The released code takes `all`, λ = 2 and m = 0.1. It divides features by √(2‖z‖), here they have length 1. Without a triplet in the batch A is 0.
 */
export const asymmetricTriplet = defineLoss({
  name: 'asymmetric-triplet',
  summary: 'SSDG: triplets with bona fide of all domains as one class, and the attacks of each domain as a class of their own',
  paper: 'Jia et al., Single-Side Domain Generalization for Face Anti-Spoofing, CVPR 2020, arXiv 2004.14043',
  options: Type.Object(
    {
      weight: Type.Number({ minimum: 0, default: 2, description: 'λ, weight relative to the risk' }),
      margin: Type.Number({ minimum: 0, default: 0.1, description: 'm; distances lie within 0..2' }),
      mining: Type.Unsafe<'all' | 'hardest'>({
        type: 'string',
        enum: ['all', 'hardest'],
        default: 'all',
        description: 'all: the mean of all triplets above 0; hardest: for each anchor the farthest positive and the nearest negative',
      }),
    },
    { additionalProperties: false },
  ),
  create({ weight, margin, mining }, { classes }) {
    requireBonaFide('asymmetric-triplet', classes);
    return {
      role: 'auxiliary',
      value({ features, labels, domains, views }) {
        const classOf = Array.from({ length: views * labels.length }, (_, row) => {
          const sample = row % labels.length;
          return labels[sample] === bonaFide ? -1 : (domains[sample] as number);
        });
        const { distances, values } = pairwiseDistances(l2Normalize(features, 1));
        const { factors, constant } = tripletTerms(values, classOf, { margin, mining });
        const sum = tf.sum(tf.mul(distances, tf.tensor2d(factors, distances.shape)));
        return tf.mul(tf.add(sum, constant), weight) as tf.Scalar;
      },
    };
  },
});

/** Squared distances below it are rounding, and count as 0 with no gradient: that of the root has no bound there. */
const rounding = 1e-6;

/** [n, n], of rows of length 1, as a tensor and as numbers: which triplets count is no matter of gradients. */
function pairwiseDistances(rows: tf.Tensor2D): { readonly distances: tf.Tensor2D; readonly values: Float32Array } {
  const squares = tf.sum(tf.square(rows), 1, true);
  const squared = tf.sub(tf.add(squares, tf.transpose(squares)), tf.mul(tf.matMul(rows, rows, false, true), 2));
  const numbers = squared.dataSync() as Float32Array;
  const apart = tf.tensor2d(
    numbers.map((value) => (value > rounding ? 1 : 0)),
    squared.shape as [number, number],
  );
  return {
    distances: tf.mul(tf.sqrt(tf.add(tf.mul(squared, apart), tf.sub(1, apart))), apart) as tf.Tensor2D,
    values: numbers.map((value) => (value > rounding ? Math.sqrt(value) : 0)),
  };
}
