import { loadEngine } from '@gradalign/engine';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import type { Auxiliary } from '../contracts/loss.ts';
import { Weights } from '../contracts/weights.ts';
import { auxiliaryBatch } from '../testing/auxiliary-batch.ts';
import { asymmetricTriplet } from './asymmetric-triplet.ts';
import { domainAdversarial } from './domain-adversarial.ts';

beforeAll(async () => {
  expect((await loadEngine({ engine: 'wasm' })).name).toBe('wasm');
});

const context = { classes: ['attack', 'live'] };

// D(z) = z = (ln 3, 0): softmax (3/4, 1/4), gradient (-1/4, 1/4) for domain 0, reversed and halved.
it('on wasm domain-adversarial is ln 4/3 with -λ times the gradient in the features', () => {
  const loss = domainAdversarial.create({ weight: 1, reversal: 0.5, schedule: 'constant', hidden: [], of: 'all' }, context) as Auxiliary;
  using weights = new Weights({ 'output/kernel': tf.eye(2), 'output/bias': tf.zeros([2]) });
  const { value, grad } = tf.valueAndGrad((x: tf.Tensor) => loss.value(auxiliaryBatch({ features: x as tf.Tensor2D, labels: [1], weights })))(
    tf.tensor2d([[Math.log(3), 0]]),
  );
  expect(value.dataSync()[0]).toBeCloseTo(Math.log(4 / 3), 5);
  expect(grad.dataSync()[0]).toBeCloseTo(0.125, 5);
  expect(grad.dataSync()[1]).toBeCloseTo(-0.125, 5);
});

// Bona fide at 0° and 60°, an attack at 90°: one triplet, 1 - 2 sin 15° + 0.1.
it('on wasm asymmetric-triplet is 2 (1 - 0.51764 + 0.1)', () => {
  const loss = asymmetricTriplet.create({ weight: 2, margin: 0.1, mining: 'all' }, context) as Auxiliary;
  const features = tf.tensor2d([
    [1, 0],
    [0.5, Math.sqrt(3) / 2],
    [0, 1],
  ]);
  const value = loss.value(auxiliaryBatch({ features, labels: [1, 1, 0], domains: [0, 1, 0] }));
  expect(value.dataSync()[0]).toBeCloseTo(2 * (1.1 - 2 * Math.sin(Math.PI / 12)), 4);
});
