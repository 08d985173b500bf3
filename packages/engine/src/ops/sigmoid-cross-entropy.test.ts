import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { expectAgreement, expectClose, input } from '../../test/agreement.ts';
import { at } from '../../test/reference.ts';
import { loadEngine, recordTape } from '../index.ts';
import { sigmoidCrossEntropy } from './sigmoid-cross-entropy.ts';

beforeAll(async () => {
  await loadEngine();
});

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

test('sigmoidCrossEntropy gives the values and gradients of the definition, for soft labels too', () => {
  expectAgreement(
    (logits, labels) => sigmoidCrossEntropy(logits as tf.Tensor1D, labels as tf.Tensor1D),
    (logits, labels) =>
      (logits as number[]).map((x, i) => {
        const z = at(labels as number[], i);
        return -z * Math.log(sigmoid(x)) - (1 - z) * Math.log(1 - sigmoid(x));
      }),
    [input([9], 1, 5), { shape: [9], values: [0, 1, 0.25, 1, 0, 0.5, 1, 0, 1] }],
  );
});

test('logits of ±1000 give finite losses (0 or 1000) and gradients (0 or ±1)', () => {
  const [logits, labels] = [tf.tensor1d([1000, 1000, -1000, -1000, 0]), tf.tensor1d([1, 0, 1, 0, 1])];
  const { result, tape } = recordTape(() => sigmoidCrossEntropy(logits, labels));
  const [slope] = tape.pullback([{ output: result, cotangent: tf.ones([5]) }], [logits], { last: true });
  expectClose(result.dataSync(), [0, 1000, 1000, 0, Math.log(2)], 1e-7);
  expect(Array.from(slope?.dataSync() ?? [])).toEqual([0, 1, -1, 0, -0.5]);
});

test('another number of labels than logits is rejected', () => {
  expect(() => sigmoidCrossEntropy(tf.zeros([3]), tf.zeros([2]))).toThrow('labels have shape [2], expected that of the logits, [3]');
});
