import type { Optimizer, Weights } from '@gradalign/core';
import { makeOptimizer, type Step, smallNet, takeStep } from '@gradalign/core/testing';
import { loadEngine } from '@gradalign/engine';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import plugin from './index.ts';

beforeAll(async () => {
  await loadEngine();
});

const optimizers = plugin.items.filter(({ kind }) => kind === 'optimizer');

it('there are thirteen of them', () => {
  expect(optimizers).toHaveLength(13);
});

const valuesOf = ({ parameters }: Weights) => [...parameters.values()].map((tensor) => [...tensor.dataSync()]);
const allFinite = ({ direction }: Step) => [...direction.values()].every((values) => values.every(Number.isFinite));

// Batches of plain shuffling lack domains, and not always the same.
describe.each(optimizers.map((item) => ({ name: item.name, item })))('$name', ({ item }) => {
  it.each([0, 2])('takes three steps without domain %i of three, then one with all: finite directions, weights put back, no tensor left', (absent) => {
    using lacking = smallNet({ domains: 3, auxiliary: true, absent });
    using whole = smallNet({ domains: 3, auxiliary: true });
    const before = valuesOf(lacking.weights);
    const tensors = tf.memory().numTensors;
    {
      using optimizer: Optimizer = makeOptimizer(item);
      for (const step of [0, 1, 2]) {
        const taken = takeStep(optimizer, lacking, step);
        expect(Object.keys(taken.report.losses.risks)).toEqual([0, 1, 2].filter((i) => i !== absent).map((i) => `domain${i}`));
        expect([taken.direction.size, allFinite(taken)]).toEqual([7, true]);
      }
      expect(valuesOf(lacking.weights)).toEqual(before);
      expect(allFinite(takeStep(optimizer, whole, 0))).toBe(true);
    }
    expect(tf.memory().numTensors).toBe(tensors);
  });
});
