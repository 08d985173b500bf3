import { loadEngine } from '@gradalign/engine';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import type { Model } from '../contracts/model.ts';
import { Weights } from '../contracts/weights.ts';
import type { DomainBatches } from '../data/domain-batches.ts';
import { withWeightsInPlace } from '../evaluation/weights-in-place.ts';
import { measureStatistics } from './measure-statistics.ts';

beforeAll(async () => {
  await loadEngine();
});

/** Reports w · mean(images) as the batch's mean, and 1 as its variance. */
function model(): Model {
  const weights = new Weights({ w: tf.scalar(2) }, { mean: tf.tensor1d([50]), variance: tf.tensor1d([50]) });
  return {
    weights,
    apply(images, { training, statistics }) {
      expect(training).toBe(true);
      statistics?.({ mean: 'mean', variance: 'variance' }, tf.reshape(tf.mul(tf.mean(images), weights.get('w')), [1]) as tf.Tensor1D, tf.ones([1]));
      const x = tf.reshape(tf.mean(images, [1, 2, 3]), [-1, 1]) as tf.Tensor2D;
      return { features: x, logits: x };
    },
    [Symbol.dispose]: () => weights[Symbol.dispose](),
  };
}

/** Two steps an epoch; the images of step s of epoch e are 10 e + s. */
const batches = {
  stepsPerEpoch: 2,
  async *epoch(epoch) {
    for (let step = 0; step < 2; step++) yield { images: new Float32Array(2).fill(10 * epoch + step), shape: [2, 1, 1, 1] };
  },
} as DomainBatches;

const values = ({ weights }: Model) => ['w', 'mean', 'variance'].map((name) => weights.get(name).dataSync()[0]);

it('the mean over an epoch of batches, at the weights in place: from epoch 3 on, 2 · (30 + 31) / 2 = 61; over 3 batches 2 · (30 + 31 + 40) / 3', async () => {
  using subject = model();
  const before = tf.memory().numTensors;
  await measureStatistics({ model: subject, batches, epoch: 3, of: 'it' });
  expect(values(subject)).toEqual([2, 61, 1]);
  await measureStatistics({ model: subject, batches, epoch: 3, count: 3, of: 'it' });
  expect(values(subject)[1]).toBeCloseTo(202 / 3, 4);
  expect(tf.memory().numTensors).toBe(before);
});

it('an abort leaves the statistics alone; with weights in place the run gets its own back, also after a throw', async () => {
  using subject = model();
  const before = tf.memory().numTensors;
  const abort = new AbortController();
  abort.abort();
  const three = tf.scalar(3);
  const seen: unknown[] = [];
  const measured = withWeightsInPlace(subject.weights, new Map([['w', three]]), async () => {
    await measureStatistics({ model: subject, batches, epoch: 0, of: 'it' });
    seen.push(...values(subject));
    await measureStatistics({ model: subject, batches, epoch: 0, of: 'it', signal: abort.signal });
  });
  await expect(measured).rejects.toThrow(/abort/i);
  expect(seen).toEqual([3, 1.5, 1]);
  expect(values(subject)).toEqual([2, 50, 50]);
  three.dispose();
  expect(tf.memory().numTensors).toBe(before);
});
