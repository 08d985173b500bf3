import * as tf from '@tensorflow/tfjs-core';
import { takesOwnRoute } from './fused-kernels.ts';
import { sumAll } from './sum-all.ts';
import { tensorflowOp } from './tensorflow-op.ts';

/**
 * Inner product of two lists of tensors: the sum over all entries of a[i] · b[i]; 0 for empty lists. Nothing is read back from the engine. Not
 * differentiable.
 * @param a float32 tensors of any shapes.
 * @param b As many, of the same shapes.
 * @returns A scalar, the caller's to dispose.
 * @throws Error if the lists do not match.
 */
export function dot(a: readonly tf.Tensor[], b: readonly tf.Tensor[]): tf.Scalar {
  if (a.length !== b.length) throw new Error(`Cannot multiply ${a.length} tensors with ${b.length}: expected lists of the same length`);
  if (a.length === 0) return tf.scalar(0);
  for (const [i, { shape }] of a.entries()) {
    const other = (b[i] as tf.Tensor).shape;
    if (!tf.util.arraysEqual(shape, other)) throw new Error(`Cannot multiply tensor ${i}: shapes are [${shape}] and [${other}], expected equal ones`);
  }
  if (takesOwnRoute()) return tensorflowOp('GradalignDot', { count: ['int', a.length] }, [...a, ...b], 1)[0] as tf.Scalar;
  return tf.tidy(() => tf.addN<tf.Scalar>(a.map((left, i) => tf.tidy(() => sumAll(tf.mul(left, b[i] as tf.Tensor))))));
}
