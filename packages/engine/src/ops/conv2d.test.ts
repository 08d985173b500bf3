import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { expectAgreement, input } from '../../test/agreement.ts';
import { conv2d as reference } from '../../test/reference.ts';
import { routes } from '../../test/routes.ts';
import { loadEngine } from '../index.ts';
import { conv2d } from './conv2d.ts';
import { setFusedKernels } from './fused-kernels.ts';

beforeAll(async () => {
  await loadEngine();
});
afterEach(() => setFusedKernels(true));

type Shape = [number, number, number, number];

const cases: { what: string; x: Shape; kernel: Shape; stride: number; pad: number }[] = [
  { what: '3x3 that keeps the size', x: [2, 5, 4, 3], kernel: [3, 3, 3, 4], stride: 1, pad: 1 },
  { what: '3x3 without margin', x: [1, 5, 5, 2], kernel: [3, 3, 2, 3], stride: 1, pad: 0 },
  { what: '3x3 at stride 2 on an even map', x: [2, 6, 8, 3], kernel: [3, 3, 3, 2], stride: 2, pad: 1 },
  { what: '3x3 at stride 2 on an odd map', x: [2, 7, 5, 3], kernel: [3, 3, 3, 2], stride: 2, pad: 1 },
  { what: '7x7 at stride 2 (the stem of ResNet)', x: [1, 12, 12, 3], kernel: [7, 7, 3, 2], stride: 2, pad: 3 },
  { what: '1x1 at stride 2 (the shortcut of ResNet)', x: [2, 6, 5, 3], kernel: [1, 1, 3, 4], stride: 2, pad: 0 },
  { what: '2x2 with a margin of 1', x: [1, 4, 4, 2], kernel: [2, 2, 2, 2], stride: 1, pad: 1 },
  { what: '1x1 in a margin of 1', x: [1, 3, 3, 2], kernel: [1, 1, 2, 2], stride: 1, pad: 1 },
  { what: '3x3 at stride 3', x: [1, 8, 7, 2], kernel: [3, 3, 2, 2], stride: 3, pad: 1 },
  { what: '3x3 on a map of one value', x: [1, 1, 1, 5], kernel: [3, 3, 5, 2], stride: 1, pad: 1 },
  { what: '3x1 at stride 2', x: [1, 6, 6, 2], kernel: [3, 1, 2, 2], stride: 2, pad: 0 },
];

describe.each(routes)('conv2d, %s', (route) => {
  test.each(cases)('gives the values and gradients of a loop: $what', ({ x, kernel, stride, pad }) => {
    setFusedKernels(route === 'fused');
    expectAgreement(
      (a, b) => conv2d(a as tf.Tensor4D, b as tf.Tensor4D, stride, pad),
      (a, b) => reference({ shape: x, values: a as number[] }, { shape: kernel, values: b as number[] }, stride, pad),
      [input(x, 1), input(kernel, 2)],
    );
  });
});

test('a kernel for other channels is rejected, even if they divide', () => {
  const [x, kernel] = [tf.zeros<tf.Rank.R4>([1, 4, 4, 4]), tf.zeros<tf.Rank.R4>([3, 3, 2, 2])];
  expect(() => conv2d(x, kernel, 1, 1)).toThrow('Cannot convolve [1,4,4,4] with a kernel [3,3,2,2]');
  tf.dispose([x, kernel]);
});

test('a kernel larger than the padded map is rejected', () => {
  const [x, kernel] = [tf.zeros<tf.Rank.R4>([1, 2, 8, 1]), tf.zeros<tf.Rank.R4>([5, 5, 1, 1])];
  expect(() => conv2d(x, kernel, 1, 1)).toThrow('the kernel no larger than the padded map');
  tf.dispose([x, kernel]);
});
