import type { Random } from '@gradalign/core';
import * as tf from '@tensorflow/tfjs-core';

/** Normally distributed values of mean 0. */
export function normalTensor(shape: readonly number[], deviation: number, random: Random): tf.Tensor {
  return drawn(shape, () => deviation * random.normal());
}

/** Uniformly distributed values in -bound..bound. */
export function uniformTensor(shape: readonly number[], bound: number, random: Random): tf.Tensor {
  return drawn(shape, () => random.uniform(-bound, bound));
}

/** Millions of values for each process that has a network: a loop takes half the time of Float32Array.from. */
function drawn(shape: readonly number[], draw: () => number): tf.Tensor {
  const values = new Float32Array(tf.util.sizeFromShape([...shape]));
  for (let i = 0; i < values.length; i++) values[i] = draw();
  return tf.tensor(values, [...shape]);
}
