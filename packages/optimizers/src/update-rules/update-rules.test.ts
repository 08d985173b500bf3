import { Gradients, Weights } from '@gradalign/core';
import { loadEngine } from '@gradalign/engine';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { adam } from './adam.ts';
import { adamw } from './adamw.ts';
import { sgd } from './sgd.ts';

beforeAll(async () => {
  await loadEngine();
});

const plainSgd = { learningRate: 0.1, momentum: 0, nesterov: false, weightDecay: 0, scale: {} };
const plainAdam = { learningRate: 0.1, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0, scale: {} };

/** One weight `w` of value 1 that gets these gradients one after another; returns its values. */
function walk(rule: ReturnType<typeof sgd.create>, gradients: readonly number[], factor = 1): number[] {
  using weights = new Weights({ w: tf.scalar(1) });
  using held = rule;
  return gradients.map((value) => {
    using direction = new Gradients(new Map([['w', tf.scalar(value)]]));
    held.apply(direction, weights, factor);
    return weights.get('w').dataSync()[0] as number;
  });
}

const close = (got: readonly number[], expected: readonly number[]) => {
  expect(got).toHaveLength(expected.length);
  for (const [i, value] of got.entries()) expect(value).toBeCloseTo(expected[i] as number, 6);
};

describe('sgd, rate 0.1, from 1', () => {
  it('gradients 1, 1: 0.9, 0.8', () => close(walk(sgd.create(plainSgd), [1, 1]), [0.9, 0.8]));
  it('momentum 0.9: the buffer is 1, then 1.9', () => close(walk(sgd.create({ ...plainSgd, momentum: 0.9 }), [1, 1]), [0.9, 0.9 - 0.19]));
  // d + 0.9 b = 1.9, then 1 + 0.9 · 1.9 = 2.71
  it('Nesterov: steps of 1.9 and 2.71', () => close(walk(sgd.create({ ...plainSgd, momentum: 0.9, nesterov: true }), [1, 1]), [1 - 0.19, 1 - 0.19 - 0.271]));
  it('weight decay 0.5 adds 0.5 · θ to the direction', () => close(walk(sgd.create({ ...plainSgd, weightDecay: 0.5 }), [1]), [1 - 0.1 * 1.5]));
  it('the schedule and the pattern multiply the rate', () =>
    close(walk(sgd.create({ ...plainSgd, scale: { w: 10, '*': 0.5 } }), [1], 0.1), [1 - 0.1 * 0.1 * 5]));
});

describe('adam, rate 0.1, from 1', () => {
  // Bias correction makes the first step the rate times the sign.
  it('the first step is the rate, whatever the size of the gradient', () => {
    close(walk(adam.create(plainAdam), [3]), [0.9]);
    close(walk(adam.create(plainAdam), [-0.01]), [1.1]);
  });
  // t = 2, gradients 1 and 0: m = 0.09, v = 0.000999; m̂ = 0.09/0.19, v̂ = 0.000999/0.001999
  it('gradients 1, 0', () => close(walk(adam.create(plainAdam), [1, 0]), [0.9, 0.9 - (0.1 * (0.09 / 0.19)) / Math.sqrt(0.000999 / 0.001999)]));
  it('weight decay goes through the moments in adam, and straight to the weight in adamw', () => {
    close(walk(adam.create({ ...plainAdam, weightDecay: 0.5 }), [0]), [0.9]);
    close(walk(adamw.create({ ...plainAdam, weightDecay: 0.5 }), [0]), [0.95]);
  });
});

describe.each([
  ['sgd', () => sgd.create({ ...plainSgd, momentum: 0.9, weightDecay: 0.01 })],
  ['adam', () => adam.create({ ...plainAdam, weightDecay: 0.01 })],
  ['adamw', () => adamw.create({ ...plainAdam, weightDecay: 0.01 })],
])('%s', (_, create) => {
  const step = (rule: ReturnType<typeof create>, weights: Weights, values: Readonly<Record<string, number>>) => {
    using direction = new Gradients(new Map(Object.entries(values).map(([name, value]) => [name, tf.scalar(value)])));
    rule.apply(direction, weights, 1);
  };
  const read = (weights: Weights) => ['a', 'b'].map((name) => weights.get(name).dataSync()[0]);

  it('a weight without a gradient stays unchanged, without weight decay, and later starts afresh', () => {
    using weights = new Weights({ a: tf.scalar(1), b: tf.scalar(1) });
    using rule = create();
    step(rule, weights, { a: 1 });
    expect(read(weights)[1]).toBe(1);
    step(rule, weights, { b: 1 });
    using fresh = new Weights({ a: tf.scalar(1), b: tf.scalar(1) });
    using newRule = create();
    step(newRule, fresh, { b: 1 });
    expect(read(weights)[1]).toBe(read(fresh)[1]);
  });

  it('saved and resumed it equals a run that never stopped, bit for bit', () => {
    using whole = new Weights({ a: tf.scalar(1), b: tf.scalar(2) });
    using rule = create();
    for (const value of [1, -2, 0.5]) step(rule, whole, { a: value, b: -value });
    using cut = new Weights({ a: tf.scalar(1), b: tf.scalar(2) });
    using first = create();
    for (const value of [1, -2]) step(first, cut, { a: value, b: -value });
    using second = create();
    second.restore(first.state());
    step(second, cut, { a: 0.5, b: -0.5 });
    expect(read(cut)).toEqual(read(whole));
  });

  it('50 steps leave no tensors beyond its state, and disposing it leaves none', () => {
    using weights = new Weights({ a: tf.scalar(1), b: tf.scalar(1) });
    const before = tf.memory().numTensors;
    const rule = create();
    step(rule, weights, { a: 1, b: 1 });
    const after = tf.memory().numTensors;
    for (let i = 0; i < 50; i++) step(rule, weights, { a: 1, b: 1 });
    expect(tf.memory().numTensors).toBe(after);
    rule[Symbol.dispose]();
    expect(tf.memory().numTensors).toBe(before);
  });
});
