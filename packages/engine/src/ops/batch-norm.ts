import * as tf from '@tensorflow/tfjs-core';
import { differentiableOp } from './differentiable-op.ts';
import { takesFusedRoute } from './fused-kernels.ts';
import { tensorflowOp } from './tensorflow-op.ts';

export interface BatchNorm {
  /** [batch, height, width, channels]. */
  readonly y: tf.Tensor4D;
  /** [channels], of this batch; without a gradient. */
  readonly mean: tf.Tensor1D;
  /** [channels], unbiased (divided by count − 1, or by 1 where count is 1), for running statistics; without a gradient. */
  readonly variance: tf.Tensor1D;
}

/**
 * Batch normalisation by the batch's own statistics: y = γ (x − mean) / √(biased variance + ε) + β, per channel
 * (Ioffe and Szegedy 2015, arXiv 1502.03167). The gradient goes through the statistics.
 * @param x [batch, height, width, channels].
 * @param gamma [channels].
 * @param beta [channels].
 */
export function batchNorm(x: tf.Tensor4D, gamma: tf.Tensor1D, beta: tf.Tensor1D, epsilon: number): BatchNorm {
  checkChannels(x, { gamma, beta });
  const [y, mean, variance, ...reserved] = normalise({ x, gamma, beta }, { epsilon, fused: takesFusedRoute() });
  tf.dispose(reserved);
  return { y, mean, variance } as BatchNorm;
}

interface Attributes {
  readonly epsilon: number;
  readonly fused: boolean;
}

/** Outputs: y, mean, unbiased variance, then what the gradient takes over from the forward. */
const normalise = differentiableOp<'x' | 'gamma' | 'beta', Attributes>({
  name: 'gradalign/batchNorm',
  save: { inputs: ['x', 'gamma'], outputs: [false, false, false, true, true, true] },
  forward: ({ x, gamma, beta }, { epsilon, fused }) => (fused ? fusedForward : plainForward)(x, gamma, beta, epsilon),
  gradient: ([dy], [x, gamma, ...reserved], { epsilon, fused }) => {
    const [dx, dGamma, dBeta] = (fused ? fusedGradient : plainGradient)(dy as tf.Tensor, x as tf.Tensor, gamma as tf.Tensor, reserved, epsilon);
    return { x: () => dx as tf.Tensor, gamma: () => dGamma as tf.Tensor, beta: () => dBeta as tf.Tensor };
  },
});

function fusedForward(x: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor, epsilon: number): tf.Tensor[] {
  const none = tf.tensor1d([]);
  return tensorflowOp(
    'FusedBatchNormV3',
    {
      T: ['type', 'float32'],
      U: ['type', 'float32'],
      epsilon: ['float', epsilon],
      exponential_avg_factor: ['float', 1],
      data_format: ['string', 'NHWC'],
      is_training: ['bool', true],
    },
    [x, gamma, beta, none, none],
    6,
  );
}

function fusedGradient(dy: tf.Tensor, x: tf.Tensor, gamma: tf.Tensor, reserved: readonly tf.Tensor[], epsilon: number): tf.Tensor[] {
  return tensorflowOp(
    'FusedBatchNormGradV3',
    { T: ['type', 'float32'], U: ['type', 'float32'], epsilon: ['float', epsilon], data_format: ['string', 'NHWC'], is_training: ['bool', true] },
    [dy, x, gamma, ...reserved],
    5,
  );
}

const positions = [0, 1, 2];

function plainForward(x: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor, epsilon: number): tf.Tensor[] {
  const count = x.size / gamma.size;
  const mean = tf.mean(x, positions);
  const centred = tf.sub(x, mean);
  const variance = tf.mean(tf.square(centred), positions);
  const inverseDeviation = tf.rsqrt(tf.add(variance, epsilon));
  const y = tf.add(tf.mul(centred, tf.mul(gamma, inverseDeviation)), beta);
  return [y, mean, tf.mul(variance, count / Math.max(count - 1, 1)), mean.clone(), inverseDeviation];
}

/** With x̂ = (x − mean) / σ over m positions: dβ = Σ dy, dγ = Σ dy x̂, dx = γ/σ (dy − (dβ + x̂ dγ) / m). */
function plainGradient(dy: tf.Tensor, x: tf.Tensor, gamma: tf.Tensor, [mean, inverseDeviation]: readonly tf.Tensor[]): tf.Tensor[] {
  const normalised = tf.mul(tf.sub(x, mean as tf.Tensor), inverseDeviation as tf.Tensor);
  const dBeta = tf.sum(dy, positions);
  const dGamma = tf.sum(tf.mul(dy, normalised), positions);
  const throughStatistics = tf.div(tf.add(dBeta, tf.mul(normalised, dGamma)), x.size / gamma.size);
  return [tf.mul(tf.sub(dy, throughStatistics), tf.mul(gamma, inverseDeviation as tf.Tensor)), dGamma, dBeta];
}

/** TensorFlow reads past the end of a vector that is too short. */
export function checkChannels(x: tf.Tensor4D, vectors: Readonly<Record<string, tf.Tensor1D>>): void {
  const channels = x.shape[3];
  for (const [name, { shape }] of Object.entries(vectors)) {
    if (x.rank !== 4 || shape.length !== 1 || shape[0] !== channels)
      throw new Error(`Cannot normalise [${x.shape}]: ${name} has shape [${shape}], expected [batch, height, width, channels] and [channels]`);
  }
}
