import * as tf from '@tensorflow/tfjs-core';

/** Sum of all entries. On wasm along the last axis first: its backend adds one value after another, which loses digits over millions. */
export function sumAll(x: tf.Tensor): tf.Scalar {
  return x.rank > 1 && tf.getBackend() === 'wasm' ? tf.sum<tf.Scalar>(tf.sum(x, -1)) : tf.sum<tf.Scalar>(x);
}
