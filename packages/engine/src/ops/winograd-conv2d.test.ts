import * as tf from '@tensorflow/tfjs-core';
import { afterEach, test as anyTest, beforeAll, describe, expect } from 'vitest';
import { expectClose } from '../../test/agreement.ts';
import { convolvedWithGradients, irregular } from '../../test/irregular.ts';
import { isNative } from '../../test/routes.ts';
import { conv2d, loadEngine, setFusedKernels } from '../index.ts';
import { prefersWinograd } from './winograd-conv2d.ts';

const test = anyTest.runIf(isNative);

beforeAll(async () => {
  await loadEngine();
});
afterEach(() => setFusedKernels(true));

const valueAndGradients = (x: tf.Tensor4D, kernel: tf.Tensor4D, pad: number, fused: boolean): Float32Array[] => {
  setFusedKernels(fused);
  return convolvedWithGradients(() => conv2d(x, kernel, 1, pad), x, kernel);
};

// Maps that are multiples of the 4 x 4 tiles, and others; sizes that fit the cache, that are split by columns, and that leave a narrow last panel or strip.
describe.each([
  { map: [2, 8, 8, 16], out: 16, pad: 1 },
  { map: [1, 5, 7, 32], out: 48, pad: 0 },
  { map: [3, 6, 9, 80], out: 16, pad: 2 },
  { map: [40, 4, 4, 64], out: 64, pad: 1 },
  { map: [7, 13, 4, 144], out: 112, pad: 1 },
  { map: [2, 6, 6, 256], out: 272, pad: 1 },
  { map: [30, 5, 5, 16], out: 1040, pad: 1 },
] as const)('$map to $out channels, pad $pad', ({ map, out, pad }) => {
  test('the result and both gradients are those of a direct sum, to 5e-6 of the largest entry, and no tensor is left', () => {
    const [x, kernel] = [irregular<tf.Rank.R4>([...map], 1), irregular<tf.Rank.R4>([3, 3, map[3], out], 2)];
    expect(prefersWinograd(x.shape, kernel.shape, 1, pad)).toBe(true);
    const before = tf.memory().numTensors;
    const [own, plain] = [valueAndGradients(x, kernel, pad, true), valueAndGradients(x, kernel, pad, false)];
    ['result', 'gradient of x', 'gradient of the kernel'].forEach((what, i) => {
      expectClose(own[i] as Float32Array, plain[i] as Float32Array, 5e-6, what);
    });
    expect(tf.memory().numTensors).toBe(before);
    tf.dispose([x, kernel]);
  });
});

test('an empty batch gives no results, and zeros for the gradient of the kernel', () => {
  const [result, , dw] = valueAndGradients(tf.zeros([0, 8, 8, 16]), irregular<tf.Rank.R4>([3, 3, 16, 16]), 1, true);
  expect(result).toHaveLength(0);
  expect(dw).toEqual(new Float32Array(9 * 16 * 16));
});

anyTest.each([
  ['a window of 3 x 3 at stride 1, channels in multiples of 16', [2, 8, 8, 16], [3, 3, 16, 32], 1, 1, true],
  ['a stride', [2, 8, 8, 16], [3, 3, 16, 32], 2, 1, false],
  ['another window', [2, 8, 8, 16], [5, 5, 16, 32], 1, 2, false],
  ['channels that are not multiples of 16', [2, 8, 8, 24], [3, 3, 24, 32], 1, 1, false],
  ['a map of one value, a sixteenth of a tile', [2, 1, 1, 16], [3, 3, 16, 32], 1, 1, false],
  ['a map of 2 x 2, a quarter of a tile', [2, 2, 2, 16], [3, 3, 16, 32], 1, 1, true],
] as const)('%s: %j with %j at stride %d, pad %d: %s', (_, map, kernel, stride, pad, expected) => {
  expect(prefersWinograd(map, kernel, stride, pad)).toBe(expected);
});
