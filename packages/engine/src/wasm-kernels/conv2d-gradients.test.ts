import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { expectAgreement, expectClose, input } from '../../test/agreement.ts';
import { numbers } from '../../test/numbers.ts';
import { conv2d as reference } from '../../test/reference.ts';
import { loadEngine, recordTape } from '../index.ts';

beforeAll(async () => {
  await loadEngine({ engine: 'wasm' });
});

type Shape = [number, number, number, number];

test.each<{ what: string; x: Shape; kernel: Shape; stride: number; pad: number }>([
  { what: 'a margin wider than the kernel (outputs that see no input)', x: [1, 4, 3, 2], kernel: [1, 1, 2, 3], stride: 1, pad: 2 },
  { what: 'the same at stride 2', x: [2, 5, 4, 2], kernel: [2, 2, 2, 3], stride: 2, pad: 3 },
  { what: 'a stride beyond the kernel (inputs that no output sees)', x: [1, 9, 8, 2], kernel: [2, 2, 2, 2], stride: 4, pad: 1 },
  { what: '3x3 at stride 2, margin 1', x: [2, 8, 7, 3], kernel: [3, 3, 3, 2], stride: 2, pad: 1 },
  { what: 'last rows that no window reaches', x: [1, 6, 6, 2], kernel: [3, 3, 2, 2], stride: 2, pad: 0 },
])('convolution gradients on wasm agree with a loop: $what', ({ x, kernel, stride, pad }) => {
  expectAgreement(
    (a, b) => tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, stride, pad, 'NHWC', 1, 'floor'),
    (a, b) => reference({ shape: x, values: a as number[] }, { shape: kernel, values: b as number[] }, stride, pad),
    [input(x, 1), input(kernel, 2)],
  );
});

test('a filter gradient over more than one chunk: of a 1x1 convolution it is the product of the matrices', () => {
  const [x, kernel] = [tf.tensor4d(numbers(2 * 12 * 12 * 1024), [2, 12, 12, 1024]), tf.zeros<tf.Rank.R4>([1, 1, 1024, 2])];
  const cotangent = tf.tensor4d(numbers(2 * 12 * 12 * 2, 2), [2, 12, 12, 2]);
  const { result, tape } = recordTape(() => tf.conv2d(x, kernel, 1, 'valid'));
  const [gradient] = tape.pullback([{ output: result, cotangent }], [kernel], { last: true });
  const expected = tf.matMul(tf.reshape(x, [288, 1024]), tf.reshape(cotangent, [288, 2]), true);
  expectClose(gradient?.dataSync() ?? [], expected.dataSync(), 1e-5);
});

test('a saved clone shares the data of its original', () => {
  const x = tf.ones([1000]);
  const before = tf.memory().numDataBuffers;
  const clone = x.clone();
  expect(tf.memory().numDataBuffers).toBe(before);
  x.dispose();
  expect(clone.dataSync()[999]).toBe(1);
  clone.dispose();
  expect(tf.memory().numDataBuffers).toBe(before - 1);
});
