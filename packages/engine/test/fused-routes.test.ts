import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { batchNorm, conv2d, globalAveragePool, loadEngine, maxPool, recordTape, relu, setFusedKernels, softmaxCrossEntropy } from '../src/index.ts';
import { expectClose } from './agreement.ts';
import { irregular } from './irregular.ts';

beforeAll(async () => {
  await loadEngine();
});
afterEach(() => setFusedKernels(true));

/** The beginning and the end of a ResNet, one stride and one shortcut between. */
function network() {
  const images = irregular<tf.Rank.R4>([6, 32, 32, 3]);
  const labels = tf.tensor1d([0, 1, 2, 0, 1, 2], 'int32');
  const weights = [
    irregular([7, 7, 3, 8], 2),
    irregular([8], 3),
    irregular([8], 4),
    irregular([3, 3, 8, 16], 5),
    irregular([1, 1, 8, 16], 6),
    irregular([16, 3], 7),
  ];
  const forward = () => {
    const [stem, gamma, beta, kernel, shortcut, head] = weights as [tf.Tensor4D, tf.Tensor1D, tf.Tensor1D, tf.Tensor4D, tf.Tensor4D, tf.Tensor2D];
    const start = maxPool(relu(batchNorm(conv2d(images, stem, 2, 3), gamma, beta, 1e-5).y), 3, 2, 1);
    const block = relu(tf.add<tf.Tensor4D>(conv2d(start, kernel, 2, 1), conv2d(start, shortcut, 2, 0)));
    return softmaxCrossEntropy(tf.matMul(globalAveragePool(block), head), labels);
  };
  return { weights, forward };
}

function lossesAndGradients({ weights, forward }: ReturnType<typeof network>): Float32Array[] {
  const { result, tape } = recordTape(forward);
  const gradients = tape.pullback([{ output: result, cotangent: tf.ones(result.shape) }], weights, { last: true });
  return [result, ...gradients].map((tensor) => tensor?.dataSync() as Float32Array);
}

test('fused and plain routes give the same losses and gradients, to 1e-5 of the largest entry', () => {
  const one = network();
  const fused = lossesAndGradients(one);
  setFusedKernels(false);
  const plain = lossesAndGradients(one);
  expect(fused.length).toBe(7);
  fused.forEach((values, i) => {
    expectClose(values, plain[i] as Float32Array, 1e-5, i === 0 ? 'losses' : `gradient ${i - 1}`);
  });
});

test('the same twice is the same bit for bit', () => {
  const one = network();
  expect(lossesAndGradients(one)).toEqual(lossesAndGradients(one));
});
