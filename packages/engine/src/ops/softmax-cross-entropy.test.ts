import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { expectAgreement, expectClose, input } from '../../test/agreement.ts';
import { at } from '../../test/reference.ts';
import { routes } from '../../test/routes.ts';
import { loadEngine, recordTape } from '../index.ts';
import { setFusedKernels } from './fused-kernels.ts';
import { softmaxCrossEntropy } from './softmax-cross-entropy.ts';

beforeAll(async () => {
  await loadEngine();
});
afterEach(() => setFusedKernels(true));

describe.each(routes)('softmaxCrossEntropy, %s', (route) => {
  test.each([
    { n: 5, classes: 4 },
    { n: 1, classes: 2 },
  ])('gives the values and gradients of the definition: $n of $classes', ({ n, classes }) => {
    setFusedKernels(route === 'fused');
    expectAgreement(
      (logits, labels) => softmaxCrossEntropy(logits as tf.Tensor2D, labels as tf.Tensor1D),
      (logits, labels) =>
        (labels as number[]).map((label, row) => {
          const own = (logits as number[]).slice(row * classes, (row + 1) * classes);
          return Math.log(own.reduce((sum, x) => sum + Math.exp(x), 0)) - at(own, label);
        }),
      [input([n, classes], 1, 3), { shape: [n], values: Array.from({ length: n }, (_, i) => (i * 7) % classes), constant: 'int32' }],
    );
  });

  test('logits of ±1000 give finite losses and gradients', () => {
    setFusedKernels(route === 'fused');
    const [logits, labels] = [tf.tensor2d([1000, -1000, 1000, -1000], [2, 2]), tf.tensor1d([0, 1], 'int32')];
    const { result, tape } = recordTape(() => softmaxCrossEntropy(logits, labels));
    const [slope] = tape.pullback([{ output: result, cotangent: tf.tensor1d([1, 2]) }], [logits], { last: true });
    expectClose(result.dataSync(), [0, 2000], 1e-7);
    expectClose(slope?.dataSync() ?? [], [0, 0, 2, -2], 1e-7);
  });
});

test('float labels are rejected', () => {
  expect(() => softmaxCrossEntropy(tf.zeros([3, 2]), tf.zeros([3]))).toThrow('labels are float32 [3], expected int32 [3]');
});
