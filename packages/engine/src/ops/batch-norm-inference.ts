import * as tf from '@tensorflow/tfjs-core';
import { type AfterNorm, applyAfter, checkChannels, checkSummand, fusedNormAttributes } from './batch-norm.ts';
import { differentiableOp } from './differentiable-op.ts';
import { takesFusedRoute, takesOwnRoute } from './fused-kernels.ts';
import { tensorflowOp } from './tensorflow-op.ts';

/**
 * Batch normalization with given statistics: y = γ (x − mean) / √(variance + ε) + β, per channel (Ioffe and Szegedy 2015, arXiv 1502.03167).
 * Differentiable in x, γ and β; mean and variance count as constants.
 * @param x [batch, height, width, channels], float32; the other tensors are [channels].
 * @returns A tensor of x's shape, the caller's to dispose.
 * @throws Error if the shapes do not match.
 */
export function batchNormInference(
  x: tf.Tensor4D,
  gamma: tf.Tensor1D,
  beta: tf.Tensor1D,
  mean: tf.Tensor1D,
  variance: tf.Tensor1D,
  epsilon: number,
  after: AfterNorm = {},
): tf.Tensor4D {
  checkChannels(x, { gamma, beta, mean, variance });
  checkSummand(x, after);
  // Our kernel has no gradient: only where nothing is recorded.
  if (takesOwnRoute() && tf.engine().state.gradientDepth === 0) return ownRoute([x, gamma, beta, mean, variance], epsilon, after);
  return applyAfter(normalize({ x, gamma, beta, mean, variance }, { epsilon, fused: takesFusedRoute() })[0] as tf.Tensor4D, after);
}

function ownRoute(inputs: readonly tf.Tensor[], epsilon: number, { summand, relu = false }: AfterNorm): tf.Tensor4D {
  const summands = summand ? [summand] : [];
  const attributes = { epsilon: ['float', epsilon], relu: ['bool', relu], summands: ['int', summands.length] } as const;
  return tensorflowOp('GradalignBatchNormInference', attributes, [...inputs, ...summands], 1)[0] as tf.Tensor4D;
}

interface Attributes {
  readonly epsilon: number;
  readonly fused: boolean;
}

const normalize = differentiableOp<'x' | 'gamma' | 'beta' | 'mean' | 'variance', Attributes>({
  name: 'gradalign/batchNormInference',
  save: { inputs: ['x', 'gamma', 'mean', 'variance'] },
  forward: ({ x, gamma, beta, mean, variance }, { epsilon, fused }) => {
    if (fused) return tensorflowOp('FusedBatchNormV3', fusedNormAttributes(epsilon, false), [x, gamma, beta, mean, variance], 6)[0] as tf.Tensor;
    const scale = tf.mul(gamma, tf.rsqrt(tf.add(variance, epsilon)));
    return tf.add(tf.mul(x, scale), tf.sub(beta, tf.mul(mean, scale)));
  },
  gradient: ([dy], saved, { epsilon, fused }) => {
    const [x, gamma, mean, variance] = saved as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
    const [dx, dGamma, dBeta] = fused
      ? tensorflowOp('FusedBatchNormGradV3', fusedNormAttributes(epsilon, false), [dy as tf.Tensor, x, gamma, mean, variance, tf.tensor1d([])], 5)
      : plainGradient(dy as tf.Tensor, x, gamma, mean, variance, epsilon);
    return { x: () => dx as tf.Tensor, gamma: () => dGamma as tf.Tensor, beta: () => dBeta as tf.Tensor };
  },
});

function plainGradient(dy: tf.Tensor, x: tf.Tensor, gamma: tf.Tensor, mean: tf.Tensor, variance: tf.Tensor, epsilon: number): tf.Tensor[] {
  const inverseDeviation = tf.rsqrt(tf.add(variance, epsilon));
  const dGamma = tf.mul(tf.sum(tf.mul(dy, tf.sub(x, mean)), [0, 1, 2]), inverseDeviation);
  return [tf.mul(dy, tf.mul(gamma, inverseDeviation)), dGamma, tf.sum(dy, [0, 1, 2])];
}
