import type { Random } from '@gradalign/core';
import * as tf from '@tensorflow/tfjs-core';

/** Normally distributed values of mean 0. */
export function normalTensor(shape: readonly number[], deviation: number, random: Random): tf.Tensor {
  return tf.tensor(
    Float32Array.from({ length: tf.util.sizeFromShape([...shape]) }, () => deviation * random.normal()),
    [...shape],
  );
}

/** Uniformly distributed values in -bound..bound. */
export function uniformTensor(shape: readonly number[], bound: number, random: Random): tf.Tensor {
  return tf.tensor(
    Float32Array.from({ length: tf.util.sizeFromShape([...shape]) }, () => random.uniform(-bound, bound)),
    [...shape],
  );
}
