import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { loadEngine } from '../index.ts';
import { dot } from './dot.ts';

beforeAll(async () => {
  await loadEngine();
});

test('dot of (1, 2), ((3)) with (4, 5), ((6)) is 32, and leaves one tensor', () => {
  const a = [tf.tensor1d([1, 2]), tf.tensor2d([3], [1, 1])];
  const b = [tf.tensor1d([4, 5]), tf.tensor2d([6], [1, 1])];
  const before = tf.memory().numTensors;
  const product = dot(a, b);
  expect(product.dataSync()[0]).toBe(32);
  expect(tf.memory().numTensors).toBe(before + 1);
});

test('dot of nothing is 0', () => {
  expect(dot([], []).dataSync()[0]).toBe(0);
});

test('lists that do not match are rejected', () => {
  expect(() => dot([tf.zeros([2])], [])).toThrow('Cannot multiply 1 tensors with 0');
  expect(() => dot([tf.zeros([2])], [tf.zeros([1])])).toThrow('shapes are [2] and [1], expected equal ones');
});
