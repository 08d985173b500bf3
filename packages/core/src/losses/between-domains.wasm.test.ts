import { loadEngine } from '@gradalign/engine';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import type { Auxiliary } from '../contracts/loss.ts';
import { auxiliaryBatch } from '../testing/auxiliary-batch.ts';
import { coral } from './coral.ts';
import { mmd } from './mmd.ts';

beforeAll(async () => {
  expect((await loadEngine({ engine: 'wasm' })).name).toBe('wasm');
});

const context = { classes: ['attack', 'live'] };

/** Value and gradient of 1, 3 in one domain and 0, 4 in the other. */
function at(loss: Auxiliary): { readonly value: number; readonly gradient: number[] } {
  const { value, grad } = tf.valueAndGrad((features: tf.Tensor) =>
    loss.value(auxiliaryBatch({ features: features as tf.Tensor2D, labels: [0, 0, 0, 0], domains: [0, 0, 1, 1] })),
  )(tf.tensor2d([[1], [3], [0], [4]]));
  return { value: value.dataSync()[0] as number, gradient: Array.from(grad.dataSync()) };
}

// Means 2 and 2, variances 2 and 8: 36. The variance's gradient is 2 (x - mean) / (n - 1): -2, 2 and -4, 4; times 2 (2 - 8) and its opposite.
it('on wasm coral is (2 - 8)² = 36 with the gradient 24, -24, -48, 48', () => {
  const { value, gradient } = at(coral.create({ weight: 1 }, context) as Auxiliary);
  expect(value).toBeCloseTo(36, 3);
  [24, -24, -48, 48].forEach((expected, i) => {
    expect(gradient[i]).toBeCloseTo(expected, 3);
  });
});

// k(x, y) = exp(-0.1 (x - y)²): means within 1, 3: (1 + e^-0.4) / 2; within 0, 4: (1 + e^-1.6) / 2; between: (e^-0.1 + e^-0.9 + e^-0.9 + e^-0.1) / 4.
it('on wasm mmd has the value and the gradient of its formula', () => {
  const { value, gradient } = at(mmd.create({ weight: 1, bandwidths: [0.1] }, context) as Auxiliary);
  const k = (d: number) => Math.exp(-0.1 * d * d);
  expect(value).toBeCloseTo((1 + k(2)) / 2 + (1 + k(4)) / 2 - (k(1) + k(3)), 5);
  const slope = (d: number) => -0.2 * d * k(d);
  // d/dx of the first row, 1: twice a quarter of k(1 - 3), less half of k(1 - 0) and k(1 - 4).
  expect(gradient[0]).toBeCloseTo(0.5 * slope(-2) - 0.5 * (slope(1) + slope(-3)), 5);
  expect(gradient.reduce((sum, one) => sum + one, 0)).toBeCloseTo(0, 5);
});
