import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { expectAgreement, input } from '../../test/agreement.ts';
import { routes } from '../../test/routes.ts';
import { loadEngine } from '../index.ts';
import { setFusedKernels } from './fused-kernels.ts';
import { weightedSum } from './weighted-sum.ts';

beforeAll(async () => {
  await loadEngine();
});
afterEach(() => setFusedKernels(true));

test.each(routes)('3 and 5 with weights 2 and 10 give 56, and the weights as gradient; %s', (route) => {
  setFusedKernels(route === 'fused');
  expectAgreement(
    (values) => weightedSum(values as tf.Tensor, tf.tensor1d([2, 10])),
    (values) => [2 * (values[0] as number) + 10 * (values[1] as number)],
    [{ shape: [2], values: [3, 5] }],
  );
  expectAgreement(
    (values) =>
      weightedSum(
        values as tf.Tensor,
        tf.tensor2d([
          [1, 0, -2],
          [0.5, 3, 0],
        ]),
      ),
    (values) => [[1, 0, -2, 0.5, 3, 0].reduce((sum, weight, i) => sum + weight * (values[i] as number), 0)],
    [input([2, 3], 4)],
  );
});

test('weights of another shape are rejected', () => {
  const [values, weights] = [tf.zeros([3]), tf.zeros([2])];
  expect(() => weightedSum(values, weights)).toThrow('the weights have shape [2], expected that of the values, [3]');
  tf.dispose([values, weights]);
});
