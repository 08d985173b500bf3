import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { expectClose } from '../../test/agreement.ts';
import { numbers } from '../../test/numbers.ts';
import { routes } from '../../test/routes.ts';
import { loadEngine } from '../index.ts';
import { setFusedKernels } from './fused-kernels.ts';
import { globalNorm } from './global-norm.ts';

beforeAll(async () => {
  await loadEngine();
});
afterEach(() => setFusedKernels(true));

describe.each(routes)('globalNorm, %s', (route) => {
  test('of (1, 2), ((2)) and 4 is 5', () => {
    setFusedKernels(route === 'fused');
    expect(globalNorm([tf.tensor1d([1, 2]), tf.tensor2d([2], [1, 1]), tf.scalar(4)]).dataSync()[0]).toBe(5);
  });

  test('agrees with float64 over 200,000 values, and leaves one tensor', () => {
    setFusedKernels(route === 'fused');
    const values = numbers(200_000);
    const tensors = [tf.tensor(values.slice(0, 1000)), tf.tensor(values.slice(1000), [199, 1000])];
    const before = tf.memory().numTensors;
    const norm = globalNorm(tensors);
    expect(tf.memory().numTensors).toBe(before + 1);
    expectClose(norm.dataSync(), [Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0))], 1e-5);
  });

  test('of zeros is 0, of nothing is 0', () => {
    setFusedKernels(route === 'fused');
    expect(globalNorm([tf.zeros([3]), tf.zeros([2, 2])]).dataSync()[0]).toBe(0);
    expect(globalNorm([]).dataSync()[0]).toBe(0);
  });
});
