import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { expectAgreement, input } from '../../test/agreement.ts';
import { at, depthwiseConv2d as reference } from '../../test/reference.ts';
import { routes } from '../../test/routes.ts';
import { loadEngine } from '../index.ts';
import { depthwiseConv2d } from './depthwise-conv2d.ts';
import { setFusedKernels } from './fused-kernels.ts';

beforeAll(async () => {
  await loadEngine();
});
afterEach(() => setFusedKernels(true));

type Shape = [number, number, number, number];

// `zeros`: above and left of the map. 'same' at stride 2 puts none there on an even map for 3x3, one for 5x5.
const cases: { what: string; x: Shape; kernel: Shape; stride: number; pad: number | 'same'; zeros: number }[] = [
  { what: '3x3 that keeps the size', x: [2, 5, 5, 3], kernel: [3, 3, 1, 3], stride: 1, pad: 1, zeros: 1 },
  { what: '3x3 at stride 2 on an even map', x: [2, 6, 6, 3], kernel: [3, 3, 1, 3], stride: 2, pad: 1, zeros: 1 },
  { what: '3x3 at stride 2 on an odd map', x: [2, 7, 7, 2], kernel: [3, 3, 1, 2], stride: 2, pad: 1, zeros: 1 },
  { what: '3x3 without padding', x: [1, 5, 5, 2], kernel: [3, 3, 1, 2], stride: 1, pad: 0, zeros: 0 },
  { what: '3x3 on a map of one value', x: [1, 1, 1, 4], kernel: [3, 3, 1, 4], stride: 2, pad: 1, zeros: 1 },
  { what: "TensorFlow's same padding, 3x3 at stride 2 on an even map", x: [2, 6, 6, 3], kernel: [3, 3, 1, 3], stride: 2, pad: 'same', zeros: 0 },
  { what: "TensorFlow's same padding, 5x5 at stride 2 on an even map", x: [2, 6, 6, 2], kernel: [5, 5, 1, 2], stride: 2, pad: 'same', zeros: 1 },
  { what: "TensorFlow's same padding, 5x5 at stride 2 on an odd map", x: [1, 7, 7, 2], kernel: [5, 5, 1, 2], stride: 2, pad: 'same', zeros: 2 },
  { what: "TensorFlow's same padding, 5x5 on a map of one value", x: [2, 1, 1, 3], kernel: [5, 5, 1, 3], stride: 1, pad: 'same', zeros: 2 },
];

describe.each(routes)('depthwiseConv2d, %s', (route) => {
  test.each(cases)('gives the values and gradients of a loop: $what', ({ x, kernel, stride, pad, zeros }) => {
    setFusedKernels(route === 'fused');
    const rows = pad === 'same' ? Math.ceil(x[1] / stride) : Math.floor((x[1] + 2 * pad - kernel[0]) / stride) + 1;
    expectAgreement(
      (a, b) => depthwiseConv2d(a as tf.Tensor4D, b as tf.Tensor4D, stride, pad),
      (a, b) => reference({ shape: x, values: a as number[] }, { shape: kernel, values: b as number[] }, stride, zeros, rows),
      [input(x, 1), input(kernel, 2)],
    );
  });
});

test('the reference itself: a 3x3 of ones around 1, 2, 3, 4 sums all four everywhere', () => {
  const sums = reference({ shape: [1, 2, 2, 1], values: [1, 2, 3, 4] }, { shape: [3, 3, 1, 1], values: Array(9).fill(1) }, 1, 1, 2);
  expect(sums.map((_, i) => at(sums, i))).toEqual([10, 10, 10, 10]);
});

test('a kernel for other channels is rejected, and one with several inputs', () => {
  const x = tf.zeros<tf.Rank.R4>([1, 4, 4, 4]);
  for (const shape of [
    [3, 3, 1, 2],
    [3, 3, 4, 1],
  ] as Shape[]) {
    const kernel = tf.zeros<tf.Rank.R4>(shape);
    expect(() => depthwiseConv2d(x, kernel, 1, 1)).toThrow(`Cannot convolve [1,4,4,4] by channel with a kernel [${shape}]`);
    kernel.dispose();
  }
  x.dispose();
});
