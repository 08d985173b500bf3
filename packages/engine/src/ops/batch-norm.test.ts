import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { expectAgreement, expectClose, input } from '../../test/agreement.ts';
import { moments, normalize } from '../../test/reference.ts';
import { routes } from '../../test/routes.ts';
import { loadEngine, recordTape } from '../index.ts';
import { batchNorm } from './batch-norm.ts';
import { setFusedKernels } from './fused-kernels.ts';

beforeAll(async () => {
  await loadEngine();
});
afterEach(() => setFusedKernels(true));

type Shape = [number, number, number, number];
const epsilon = 1e-3;

function reference(shape: Shape) {
  return (values: number[], gamma: number[], beta: number[]) => {
    const x = { shape, values };
    const { mean, variance } = moments(x);
    return normalize(x, gamma, beta, mean, variance, epsilon);
  };
}

describe.each(routes)('batchNorm, %s', (route) => {
  test.each<{ shape: Shape }>([{ shape: [4, 3, 5, 3] }, { shape: [1, 4, 4, 2] }, { shape: [6, 1, 1, 5] }, { shape: [2, 1, 1, 1] }])(
    'gives the values and gradients of a loop on $shape',
    ({ shape }) => {
      setFusedKernels(route === 'fused');
      const channels = shape[3];
      expectAgreement(
        (x, gamma, beta) => batchNorm(x as tf.Tensor4D, gamma as tf.Tensor1D, beta as tf.Tensor1D, epsilon).y,
        reference(shape) as (...inputs: number[][]) => number[],
        [input(shape, 3), input([channels], 4), input([channels], 5)],
        1e-4,
      );
    },
  );

  test('gives the mean and the unbiased variance: 1, 2, 3, 6 has mean 3 and variance 14/3', () => {
    setFusedKernels(route === 'fused');
    const x = tf.tensor4d([1, 2, 3, 6], [2, 2, 1, 1]);
    const { y, mean, variance } = batchNorm(x, tf.tensor1d([1]), tf.tensor1d([0]), 0);
    expectClose(mean.dataSync(), [3], 1e-6);
    expectClose(variance.dataSync(), [14 / 3], 1e-6);
    expectClose(
      y.dataSync(),
      [-2, -1, 0, 3].map((centered) => centered / Math.sqrt(14 / 4)),
      1e-6,
    );
  });

  test('a single value has variance 0 and becomes beta', () => {
    setFusedKernels(route === 'fused');
    const { y, mean, variance } = batchNorm(tf.tensor4d([7, -2], [1, 1, 1, 2]), tf.tensor1d([3, 3]), tf.tensor1d([0.5, 0.25]), epsilon);
    expect([y, mean, variance].map((tensor) => Array.from(tensor.dataSync()))).toEqual([
      [0.5, 0.25],
      [7, -2],
      [0, 0],
    ]);
  });

  test('a constant map becomes beta and passes no gradient on', () => {
    setFusedKernels(route === 'fused');
    const [x, gamma, beta] = [tf.zeros<tf.Rank.R4>([2, 3, 3, 1]), tf.tensor1d([2]), tf.tensor1d([5])];
    const { result, tape } = recordTape(() => batchNorm(x, gamma, beta, epsilon).y);
    const [dx, dGamma, dBeta] = tape.pullback([{ output: result, cotangent: tf.ones(result.shape) }], [x, gamma, beta]);
    expect(new Set(result.dataSync())).toEqual(new Set([5]));
    expect(Math.max(...Array.from(dx?.dataSync() ?? [], Math.abs))).toBeLessThan(1e-6);
    expect([dGamma?.dataSync()[0], dBeta?.dataSync()[0]]).toEqual([0, 18]);
    tape.dispose();
  });

  test('the measured mean and variance carry no gradient', () => {
    setFusedKernels(route === 'fused');
    const [x, gamma, beta] = [tf.tensor4d([1, 2, 3, 6], [2, 2, 1, 1]), tf.tensor1d([1]), tf.tensor1d([0])];
    const { result, tape } = recordTape(() => {
      const { y, mean, variance } = batchNorm(x, gamma, beta, epsilon);
      return { y, mean, variance };
    });
    const [dx] = tape.pullback(
      [
        { output: result.mean, cotangent: tf.tensor1d([1]) },
        { output: result.variance, cotangent: tf.tensor1d([1]) },
      ],
      [x],
    );
    expect(Array.from(dx?.dataSync() ?? [])).toEqual([0, 0, 0, 0]);
    tape.dispose();
  });

  test('keeps nothing when no gradient is recorded', () => {
    setFusedKernels(route === 'fused');
    const [x, gamma, beta] = [tf.zeros<tf.Rank.R4>([2, 3, 3, 1]), tf.tensor1d([2]), tf.tensor1d([5])];
    const before = tf.memory().numTensors;
    const { y, mean, variance } = batchNorm(x, gamma, beta, epsilon);
    expect(tf.memory().numTensors).toBe(before + 3);
    tf.dispose([y, mean, variance]);
    expect(tf.memory().numTensors).toBe(before);
  });
});

test('vectors of another length are rejected', () => {
  expect(() => batchNorm(tf.zeros([1, 2, 2, 3]), tf.zeros([3]), tf.zeros([2]), epsilon)).toThrow('Cannot normalize [1,2,2,3]: beta has shape [2]');
});
