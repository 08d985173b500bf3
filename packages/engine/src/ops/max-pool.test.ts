import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { expectAgreement, input } from '../../test/agreement.ts';
import { maxPool as reference } from '../../test/reference.ts';
import { routes } from '../../test/routes.ts';
import { loadEngine, recordTape } from '../index.ts';
import { setFusedKernels } from './fused-kernels.ts';
import { maxPool } from './max-pool.ts';

beforeAll(async () => {
  await loadEngine();
});
afterEach(() => setFusedKernels(true));

type Shape = [number, number, number, number];

const cases: { shape: Shape; size: number; stride: number; pad: number }[] = [
  { shape: [2, 8, 6, 3], size: 3, stride: 2, pad: 1 },
  { shape: [2, 7, 5, 3], size: 3, stride: 2, pad: 1 },
  { shape: [1, 6, 6, 17], size: 2, stride: 2, pad: 0 },
  { shape: [1, 7, 7, 2], size: 2, stride: 2, pad: 0 },
  { shape: [1, 5, 5, 1], size: 3, stride: 1, pad: 1 },
  { shape: [3, 1, 1, 4], size: 3, stride: 2, pad: 1 },
];

describe.each(routes)('maxPool, %s', (route) => {
  test.each(cases)('gives the values and gradients of a loop: $shape by $size, stride $stride, pad $pad', ({ shape, size, stride, pad }) => {
    setFusedKernels(route === 'fused');
    expectAgreement(
      (x) => maxPool(x as tf.Tensor4D, size, stride, pad),
      (x) => reference({ shape, values: x as number[] }, size, stride, pad),
      [input(shape, 9)],
    );
  });

  test('padding is never the maximum, even of negative values', () => {
    setFusedKernels(route === 'fused');
    const y = maxPool(tf.fill([1, 4, 4, 1], -2), 3, 2, 1);
    expect(Array.from(y.dataSync())).toEqual([-2, -2, -2, -2]);
  });

  test('of equal values the first of the window takes the gradient, once', () => {
    setFusedKernels(route === 'fused');
    const x = tf.zeros<tf.Rank.R4>([1, 4, 4, 1]);
    const { result, tape } = recordTape(() => maxPool(x, 3, 2, 1));
    const [dx] = tape.pullback([{ output: result, cotangent: tf.tensor4d([1, 2, 3, 4], [1, 2, 2, 1]) }], [x], { last: true });
    // Windows start at (-1, -1), (-1, 1), (1, -1), (1, 1): their first values inside are at (0, 0), (0, 1), (1, 0), (1, 1).
    expect(Array.from(dx?.dataSync() ?? [])).toEqual([1, 2, 0, 0, 3, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  });
});

test('padding of more than half the window is rejected', () => {
  expect(() => maxPool(tf.zeros([1, 4, 4, 1]), 3, 2, 2)).toThrow('pad at most half the size');
});
