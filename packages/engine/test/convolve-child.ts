import * as tf from '@tensorflow/tfjs-core';
import { conv2d, loadEngine, recordTape } from '../src/index.ts';
import { numbers } from './numbers.ts';

/** Convolves [2, 10, 11, channels] on as many threads as the first argument says, for each further argument `channels`: y, dx and dw as base64 of float32. */
const [threads, ...sizes] = process.argv.slice(2).map(Number);
await loadEngine({ threads: threads as number });
const tensors = sizes.flatMap((channels) => {
  const x = tf.tensor4d(numbers(220 * channels, 1), [2, 10, 11, channels]);
  const kernel = tf.tensor4d(numbers(9 * channels * channels, 2), [3, 3, channels, channels]);
  const { result, tape } = recordTape(() => conv2d(x, kernel, 1, 1));
  return [result, ...(tape.pullback([{ output: result, cotangent: x }], [x, kernel], { last: true }) as tf.Tensor[])];
});
const base64 = ({ buffer, byteOffset, byteLength }: Uint8Array | Float32Array) => Buffer.from(buffer, byteOffset, byteLength).toString('base64');
process.stdout.write(`${JSON.stringify({ tensors: tensors.map((tensor) => base64(tensor.dataSync() as Float32Array)) })}\n`);
