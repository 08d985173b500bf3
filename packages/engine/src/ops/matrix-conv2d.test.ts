import * as tf from '@tensorflow/tfjs-core';
import { afterEach, test as anyTest, beforeAll, expect } from 'vitest';
import { expectClose } from '../../test/agreement.ts';
import { convolvedWithGradients, irregular } from '../../test/irregular.ts';
import { isNative } from '../../test/routes.ts';
import { conv2d, loadEngine, setFusedKernels } from '../index.ts';
import { matrixConv2d, prefersMatrix } from './matrix-conv2d.ts';

const test = anyTest.runIf(isNative);

beforeAll(async () => {
  await loadEngine();
});
afterEach(() => setFusedKernels(true));

// Widths that leave a narrow last panel or strip, and more positions than one strip has.
test.each([
  { what: '3x3 that keeps the size', x: [2, 5, 4, 16], kernel: [3, 3, 16, 32], stride: 1, pad: 1 },
  { what: '3x3 at stride 2 on an even map', x: [2, 6, 8, 32], kernel: [3, 3, 32, 80], stride: 2, pad: 1 },
  { what: '3x3 at stride 2 on an odd map', x: [2, 7, 5, 16], kernel: [3, 3, 16, 16], stride: 2, pad: 1 },
  { what: '1x1 at stride 2 (the shortcut of ResNet)', x: [3, 6, 5, 48], kernel: [1, 1, 48, 144], stride: 2, pad: 0 },
  { what: '1x1 with padding of 1', x: [1, 3, 3, 16], kernel: [1, 1, 16, 16], stride: 1, pad: 1 },
  { what: '3x3 at stride 3, windows that skip columns', x: [1, 8, 7, 16], kernel: [3, 3, 16, 32], stride: 3, pad: 1 },
  { what: '3x3 on a map of one value', x: [1, 1, 1, 16], kernel: [3, 3, 16, 16], stride: 1, pad: 1 },
  { what: '3x1 at stride 2', x: [1, 6, 6, 16], kernel: [3, 1, 16, 16], stride: 2, pad: 0 },
  { what: '5x5 with a long sum on many positions', x: [9, 8, 8, 64], kernel: [5, 5, 64, 16], stride: 1, pad: 2 },
] as const)('$what: the result and both gradients are those of a direct sum, and no tensor is left', ({ x: map, kernel: window, stride, pad }) => {
  const [x, kernel] = [irregular<tf.Rank.R4>([...map], 1), irregular<tf.Rank.R4>([...window], 2)];
  const before = tf.memory().numTensors;
  const own = convolvedWithGradients(() => matrixConv2d({ x, kernel }, { stride, pad })[0] as tf.Tensor, x, kernel);
  setFusedKernels(false);
  const plain = convolvedWithGradients(() => conv2d(x, kernel, stride, pad), x, kernel);
  ['result', 'gradient of x', 'gradient of the kernel'].forEach((what, i) => {
    expectClose(own[i] as Float32Array, plain[i] as Float32Array, 2e-6, what);
  });
  expect(tf.memory().numTensors).toBe(before);
  tf.dispose([x, kernel]);
});

test('an empty batch gives no results, and zeros for the gradient of the kernel', () => {
  const [x, kernel] = [tf.zeros<tf.Rank.R4>([0, 8, 8, 16]), irregular<tf.Rank.R4>([3, 3, 16, 16])];
  const [result, , dw] = convolvedWithGradients(() => matrixConv2d({ x, kernel }, { stride: 2, pad: 1 })[0] as tf.Tensor, x, kernel);
  expect(result).toHaveLength(0);
  expect(dw).toEqual(new Float32Array(9 * 16 * 16));
});

anyTest('it is preferred for the late strides of a ResNet-18 on 24 images of 128 x 128, and for channels in multiples of 16', () => {
  expect(prefersMatrix([3, 3, 256, 512], 24 * 4 * 4, 2)).toBe(true);
  expect(prefersMatrix([3, 3, 256, 256], 24 * 8 * 8, 1)).toBe(false);
  expect(prefersMatrix([7, 7, 3, 64], 24 * 64 * 64, 2)).toBe(false);
  expect(prefersMatrix([3, 3, 256, 500], 24 * 4 * 4, 2)).toBe(false);
});
