import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { expectAgreement, input } from '../../test/agreement.ts';
import { normalize } from '../../test/reference.ts';
import { routes } from '../../test/routes.ts';
import { loadEngine } from '../index.ts';
import { batchNormInference } from './batch-norm-inference.ts';
import { setFusedKernels } from './fused-kernels.ts';

beforeAll(async () => {
  await loadEngine();
});
afterEach(() => setFusedKernels(true));

type Shape = [number, number, number, number];

describe.each(routes)('batchNormInference, %s', (route) => {
  test.each<{ shape: Shape }>([{ shape: [2, 3, 5, 3] }, { shape: [1, 1, 1, 4] }, { shape: [5, 1, 1, 1] }])(
    'gives the values and gradients of a loop on $shape',
    ({ shape }) => {
      setFusedKernels(route === 'fused');
      const channels = shape[3];
      const mean = input([channels], 6);
      const variance = input([channels], 7);
      const positive = variance.values.map((value) => value + 1.5);
      expectAgreement(
        (x, gamma, beta, m, v) => batchNormInference(x as tf.Tensor4D, gamma as tf.Tensor1D, beta as tf.Tensor1D, m as tf.Tensor1D, v as tf.Tensor1D, 1e-5),
        (x, gamma, beta, m, v) => normalize({ shape, values: x as number[] }, gamma as number[], beta as number[], m as number[], v as number[], 1e-5),
        [input(shape, 3), input([channels], 4), input([channels], 5), { ...mean, constant: 'float32' }, { ...variance, values: positive, constant: 'float32' }],
      );
    },
  );
});

test('with the statistics of the batch it gives what training gives', () => {
  const x = tf.tensor4d([1, 2, 3, 6], [2, 2, 1, 1]);
  const y = batchNormInference(x, tf.tensor1d([2]), tf.tensor1d([1]), tf.tensor1d([3]), tf.tensor1d([3.5]), 0.5);
  expect(Array.from(y.dataSync())).toEqual([-1, 0, 1, 4]);
});
