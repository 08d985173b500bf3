import * as tf from '@tensorflow/tfjs-core';
import { sumAll } from './sum-all.ts';

/** Σ over all entries of a[i] · b[i], for two lists of tensors of the same shapes; 0 for none. Nothing is read back. */
export function dot(a: readonly tf.Tensor[], b: readonly tf.Tensor[]): tf.Scalar {
  if (a.length !== b.length) throw new Error(`Cannot multiply ${a.length} tensors with ${b.length}: expected as many`);
  if (a.length === 0) return tf.scalar(0);
  return tf.tidy(() =>
    tf.addN<tf.Scalar>(
      a.map((left, i) => {
        const right = b[i] as tf.Tensor;
        if (!tf.util.arraysEqual(left.shape, right.shape))
          throw new Error(`Cannot multiply tensor ${i}: shapes are [${left.shape}] and [${right.shape}], expected equal ones`);
        return tf.tidy(() => sumAll(tf.mul(left, right)));
      }),
    ),
  );
}
