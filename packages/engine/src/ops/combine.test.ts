import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { loadEngine } from '../index.ts';
import { combine } from './combine.ts';

beforeAll(async () => {
  await loadEngine();
});

const values = (tensors: tf.Tensor[]) => tensors.map((tensor) => Array.from(tensor.dataSync()));

test('a + 2 b - c with 2 as a tensor, for two positions', () => {
  const a = [tf.tensor1d([1, 2]), tf.tensor2d([3], [1, 1])];
  const b = [tf.tensor1d([10, 20]), tf.tensor2d([30], [1, 1])];
  const c = [tf.tensor1d([100, 200]), tf.tensor2d([300], [1, 1])];
  const two = tf.scalar(2);
  const before = tf.memory().numTensors;
  const sums = combine([
    { scale: 1, tensors: a },
    { scale: two, tensors: b },
    { scale: -1, tensors: c },
  ]);
  expect(values(sums)).toEqual([[-79, -158], [-237]]);
  expect(sums.map(({ shape }) => shape)).toEqual([[2], [1, 1]]);
  expect(tf.memory().numTensors).toBe(before + 2);
});

test('a single term with scale 1 gives tensors of its own: disposing them leaves the originals', () => {
  const a = tf.tensor1d([1, 2]);
  tf.dispose(combine([{ scale: 1, tensors: [a] }]));
  expect(Array.from(a.dataSync())).toEqual([1, 2]);
});

test('a term with the number 0 is left out, even where it is infinite; nothing left gives zeros', () => {
  const infinite = tf.tensor1d([Number.POSITIVE_INFINITY, 1]);
  expect(
    values(
      combine([
        { scale: 0, tensors: [infinite] },
        { scale: 3, tensors: [tf.tensor1d([1, 2])] },
      ]),
    ),
  ).toEqual([[3, 6]]);
  expect(values(combine([{ scale: 0, tensors: [infinite] }]))).toEqual([[0, 0]]);
});

test('no terms give no tensors', () => {
  expect(combine([])).toEqual([]);
});

test('terms that do not match are rejected', () => {
  const one = { scale: 1, tensors: [tf.zeros([2])] };
  expect(() => combine([one, { scale: 1, tensors: [] }])).toThrow('term 1 has 0 tensors, expected 1');
  expect(() => combine([one, { scale: 1, tensors: [tf.zeros([1])] }])).toThrow('tensor 0 of term 1 has shape [1], expected [2]');
});
