import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { loadEngine } from './load-engine.ts';

test('the loaded engine convolves and takes a gradient', async () => {
  const engine = await loadEngine();
  expect(tf.getBackend()).toBe(engine.name);
  const [filter] = tf.grads((w) => tf.sum(tf.conv2d(tf.ones<tf.Rank.R4>([1, 4, 4, 1]), w as tf.Tensor4D, 1, 'valid')))([tf.ones([3, 3, 1, 1])]);
  expect(Array.from(filter?.dataSync() ?? [])).toEqual(Array(9).fill(4));
});
