import * as tf from '@tensorflow/tfjs-core';
import { recordTape } from '../src/tape/tape.ts';
import { numbers } from './numbers.ts';

/** A tensor of irregular numbers in -1..1, the same in every run. */
export function irregular<R extends tf.Rank>(shape: tf.ShapeMap[R], seed = 1): tf.Tensor<R> {
  return tf.tensor<R>(numbers(tf.util.sizeFromShape(shape), seed), shape);
}

/** The result of a convolution and the gradients of x and the kernel, for an irregular cotangent. */
export function convolvedWithGradients(convolve: () => tf.Tensor, x: tf.Tensor4D, kernel: tf.Tensor4D): Float32Array[] {
  return tf.tidy(() => {
    const { result, tape } = recordTape(convolve);
    const cotangent = irregular(result.shape, 3);
    const gradients = tape.pullback([{ output: result, cotangent }], [x, kernel], { last: true }) as tf.Tensor[];
    return [result, ...gradients].map((tensor) => tensor.dataSync() as Float32Array);
  });
}
