import * as tf from '@tensorflow/tfjs-core';
import { differentiableOp } from './differentiable-op.ts';
import { takesOwnRoute } from './fused-kernels.ts';
import { tensorflowOp } from './tensorflow-op.ts';

/**
 * Σ weight · value over all entries: a mean over some samples of a batch, with weights of zero for the others. Differentiable in the values.
 * @param values float32, of any shape.
 * @param weights Of the same shape.
 * @returns A scalar, the caller's to dispose.
 * @throws Error if the shapes differ.
 */
export function weightedSum(values: tf.Tensor, weights: tf.Tensor): tf.Scalar {
  if (!tf.util.arraysEqual(values.shape, weights.shape))
    throw new Error(`Cannot sum up: the weights have shape [${weights.shape}], expected that of the values, [${values.shape}]`);
  return sum({ values, weights }, { own: takesOwnRoute() })[0] as tf.Scalar;
}

const sum = differentiableOp<'values' | 'weights', { readonly own: boolean }>({
  name: 'gradalign/weightedSum',
  save: { inputs: ['weights'] },
  forward: ({ values, weights }, { own }) =>
    own ? tensorflowOp('GradalignDot', { count: ['int', 1] }, [values, weights], 1) : tf.sum(tf.mul(values, weights)),
  gradient: ([dy], [weights]) => ({ values: () => tf.mul(dy as tf.Tensor, weights as tf.Tensor) }),
});
