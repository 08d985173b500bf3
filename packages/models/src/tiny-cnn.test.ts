import { createSeed, type Model, type ModelContext } from '@gradalign/core';
import { loadEngine } from '@gradalign/engine';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { tinyCnn } from './tiny-cnn.ts';

const options = { width: 32, blocks: 4, stride: 1, head: 'cosine' } as const;
const context = (seed: number, channels = 3, logits = 1): ModelContext => ({
  image: { size: 64, channels },
  logits,
  random: (weight) => createSeed(seed).stream('weights').at(weight),
});
const make = (...args: Parameters<typeof context>) => tinyCnn.create(options, context(...args)) as Model;

beforeAll(async () => {
  await loadEngine();
});

// 3·3·(3·32 + 32·64 + 64·128 + 128·128) kernels, 2·(32 + 64 + 128 + 128) norms, 128 in the head
it('has 241,312 weights', () => {
  using model = make(0);
  expect(model.weights.size).toBe(9 * (96 + 2048 + 8192 + 16_384) + 704 + 128);
});

it('takes 64x64 in color and 28x28 in gray, and leaves no tensors behind', () => {
  for (const [size, channels, logits] of [
    [64, 3, 1],
    [28, 1, 10],
  ] as const) {
    using model = make(0, channels, logits);
    const before = tf.memory().numTensors;
    const shapes = tf.tidy(() => {
      const { features, logits: out } = model.apply(tf.zeros([2, size, size, channels]), { training: false });
      return [features.shape, out.shape];
    });
    expect(shapes).toEqual([
      [2, 128],
      [2, logits],
    ]);
    expect(tf.memory().numTensors).toBe(before);
  }
});

it('the same seed gives the same weights, another seed different ones; another head changes no other weight', () => {
  using one = make(1);
  using same = make(1);
  using other = make(2);
  using linear = tinyCnn.create({ ...options, head: 'linear' }, context(1)) as Model;
  const first = (model: Model) => Array.from(model.weights.get('block2/conv/kernel').dataSync().slice(0, 5));
  expect(first(one)).toEqual(first(same));
  expect(first(one)).not.toEqual(first(other));
  expect(first(one)).toEqual(first(linear));
});

it('a training pass reports the statistics of every batch norm', () => {
  using model = make(0);
  const seen: string[] = [];
  tf.tidy(() => void model.apply(tf.ones([2, 16, 16, 3]), { training: true, statistics: ({ mean }) => void seen.push(mean) }));
  expect(seen).toEqual([1, 2, 3, 4].map((i) => `block${i}/bn/movingMean`));
});
