import * as tf from '@tensorflow/tfjs-core';
import { Gradients } from '../contracts/gradients.ts';
import type { Random } from '../contracts/seed.ts';
import type { Weights } from '../contracts/weights.ts';

/**
 * A random direction whose filters have the norms of the network's own (Li, Xu, Taylor, Studer and Goldstein, Visualizing the Loss Landscape of Neural
 * Nets, NeurIPS 2018, arXiv 1712.09913, section 4):
 *
 *     d_f = ‖θ_f‖ u_f / (‖u_f‖ + δ),   u_f standard normal,   δ = 1e-12
 *
 * A filter f is what feeds one output: an index of the last axis, of convolutions, depthwise convolutions and dense layers alike. Biases and the scales
 * and offsets of normalization stay where they are, as in the authors' plots. Frozen weights move too. The caller disposes the direction.
 */
export function filterNormalizedDirection(weights: Weights, random: Random): Gradients {
  const kernels = [...weights.parameters].filter(([, { rank }]) => rank > 1);
  return new Gradients(new Map(kernels.map(([name, kernel]) => [name, tf.tidy(() => likeFilters(kernel, random))])));
}

function likeFilters(kernel: tf.Tensor, random: Random): tf.Tensor {
  const normal = tf.tensor(
    Float32Array.from({ length: kernel.size }, () => random.normal()),
    kernel.shape,
  );
  const axes = kernel.shape.slice(0, -1).map((_, axis) => axis);
  const norms = (of: tf.Tensor) => tf.sqrt(tf.sum(tf.square(of), axes, true));
  return tf.mul(normal, tf.div(norms(kernel), tf.add(norms(normal), 1e-12)));
}
