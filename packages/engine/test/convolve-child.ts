import * as tf from '@tensorflow/tfjs-core';
import { conv2d, loadEngine } from '../src/index.ts';
import { convolvedWithGradients } from './irregular.ts';
import { numbers } from './numbers.ts';

/**
 * Convolves [2, 10, 11, channels] at stride 1 and 2 (with this few positions as a matrix product). Arguments: number of threads, then one or more
 * numbers of channels. Prints y, dx and dw of each as base64 of float32.
 */
const [threads, ...sizes] = process.argv.slice(2).map(Number);
await loadEngine({ threads: threads as number });
const tensors = sizes.flatMap((channels) => {
  const x = tf.tensor4d(numbers(220 * channels, 1), [2, 10, 11, channels]);
  const kernel = tf.tensor4d(numbers(9 * channels * channels, 2), [3, 3, channels, channels]);
  return [1, 2].flatMap((stride) => convolvedWithGradients(() => conv2d(x, kernel, stride, 1), x, kernel));
});
const base64 = ({ buffer, byteOffset, byteLength }: Float32Array) => Buffer.from(buffer, byteOffset, byteLength).toString('base64');
process.stdout.write(`${JSON.stringify({ tensors: tensors.map(base64) })}\n`);
