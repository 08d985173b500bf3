import { loadEngine } from '@gradalign/engine';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { completeOptions } from '../configuration/complete-options.ts';
import type { Auxiliary, LossWeightsContext } from '../contracts/loss.ts';
import { createRandom } from '../contracts/seed.ts';
import { Weights } from '../contracts/weights.ts';
import { type AuxiliaryBatchParts, auxiliaryBatch } from '../testing/auxiliary-batch.ts';
import { domainAdversarial } from './domain-adversarial.ts';

beforeAll(async () => {
  await loadEngine();
});

/** With no hidden layer, unless it is given some. */
const make = (options: object = {}, classes = ['attack', 'live']) =>
  domainAdversarial.create(completeOptions(domainAdversarial, { hidden: [], ...options } as never) as never, { classes }) as Auxiliary;

const context = (more: Partial<LossWeightsContext> = {}): LossWeightsContext => ({
  features: 2,
  logits: 1,
  domains: ['a', 'b'],
  classes: ['attack', 'live'],
  random: (name) => createRandom([name]),
  ...more,
});

/** One layer, D(z) = z: two features, two domains. */
const identity = () => new Weights({ 'output/kernel': tf.eye(2), 'output/bias': tf.zeros([2]) });

/** Value, and the gradients in the features and in the kernel of the last layer. */
function at(loss: Auxiliary, weights: Weights, batch: Omit<AuxiliaryBatchParts, 'features' | 'weights'> & { readonly features: number[][] }) {
  const z = tf.tensor2d(batch.features);
  const value = () => loss.value(auxiliaryBatch({ ...batch, features: z, weights }));
  const inFeatures = tf.valueAndGrad((x: tf.Tensor) => loss.value(auxiliaryBatch({ ...batch, features: x as tf.Tensor2D, weights })))(z);
  const { grads } = tf.variableGrads(value, [weights.get('output/kernel')]);
  const [kernel] = Object.values(grads);
  return {
    value: inFeatures.value.dataSync()[0] as number,
    features: [...inFeatures.grad.dataSync()],
    kernel: [...(kernel?.dataSync() ?? [])],
  };
}

const close = (got: readonly number[], expected: readonly number[]) => {
  expect(got.length).toBe(expected.length);
  got.forEach((value, i) => {
    expect(value).toBeCloseTo(expected[i] as number, 6);
  });
};

// D(z) = z = (ln 3, 0): softmax (3/4, 1/4). Domain 0: -ln 3/4, with the gradient (-1/4, 1/4) in D(z).
it('of features (ln 3, 0) and domain 0 is ln 4/3; the discriminator gets its gradient, the features -λ times theirs', () => {
  using weights = identity();
  const batch = { features: [[Math.log(3), 0]], labels: [1], domains: [0] };
  const plain = at(make({ schedule: 'constant', reversal: 1 }), weights, batch);
  expect(plain.value).toBeCloseTo(Math.log(4 / 3), 6);
  close(plain.features, [0.25, -0.25]);
  close(plain.kernel, [-0.25 * Math.log(3), 0.25 * Math.log(3), 0, 0]);
  const weaker = at(make({ schedule: 'constant', reversal: 0.5, weight: 0.1 }), weights, batch);
  expect(weaker.value).toBeCloseTo(0.1 * Math.log(4 / 3), 6);
  close(weaker.features, [0.0125, -0.0125]);
  close(weaker.kernel, [-0.025 * Math.log(3), 0.025 * Math.log(3), 0, 0]);
});

it('in the ramp λ is 0 at the start of the run, 2/(1 + e^-5) - 1 = 0.98661 at its middle, and scales with λ_1', () => {
  using weights = identity();
  const batch = { features: [[Math.log(3), 0]], labels: [1], domains: [0] };
  close(at(make(), weights, { ...batch, progress: 0 }).features, [0, 0]);
  close(at(make(), weights, { ...batch, progress: 0.5 }).features, [0.25 * 0.9866143, -0.25 * 0.9866143]);
  close(at(make({ reversal: 2 }), weights, { ...batch, progress: 0.1 }).features, [0.5 * 0.4621172, -0.5 * 0.4621172]);
});

it('is the mean over samples and views; with of: bona-fide over those of label 1 alone', () => {
  using weights = identity();
  const [three, one] = [
    [Math.log(3), 0],
    [0, 0],
  ] as const;
  // First views: sample 0 (attack of domain 0), sample 1 (live of domain 1). Their losses: ln 4/3 and ln 4; second views: ln 2 each.
  const batch = { features: [[...three], [...three], [...one], [...one]], labels: [0, 1], domains: [0, 1], views: 2 };
  expect(at(make(), weights, batch).value).toBeCloseTo((Math.log(4 / 3) + Math.log(4) + 2 * Math.log(2)) / 4, 6);
  const single = at(make({ of: 'bona-fide', schedule: 'constant' }), weights, batch);
  expect(single.value).toBeCloseTo((Math.log(4) + Math.log(2)) / 2, 6);
  close(single.features, [0, 0, -0.375, 0.375, 0, 0, -0.25, 0.25]);
  const attacks = auxiliaryBatch({ ...batch, features: tf.tensor2d(batch.features), labels: [0, 0], weights });
  expect(make({ of: 'bona-fide' }).value(attacks).dataSync()[0]).toBe(0);
});

it('owns a layer for each of hidden and one to the domains, drawn within ±1/√inputs by their names', () => {
  using weights = make({ hidden: [3, 4] }).createWeights?.(context({ features: 16, domains: ['a', 'b', 'c'] })) as Weights;
  expect([...weights.parameters].map(([name, { shape }]) => `${name} ${shape}`)).toEqual([
    'hidden1/kernel 16,3',
    'hidden1/bias 3',
    'hidden2/kernel 3,4',
    'hidden2/bias 4',
    'output/kernel 4,3',
    'output/bias 3',
  ]);
  const kernel = [...weights.get('hidden1/kernel').dataSync()];
  expect(Math.max(...kernel.map(Math.abs))).toBeLessThanOrEqual(0.25);
  expect(Math.max(...kernel.map(Math.abs))).toBeGreaterThan(0.2);
});

it('refuses a single source domain, and bona fide of three classes', () => {
  expect(() => make().createWeights?.(context({ domains: ['a'] }))).toThrow(
    "Cannot use loss 'domain-adversarial': there is one source domain (a), expected at least 2",
  );
  expect(() => make({ of: 'bona-fide' }, ['a', 'b', 'c'])).toThrow("Cannot use loss 'domain-adversarial': the data has 3 classes (a, b, c), expected 2");
  expect(make({}, ['a', 'b', 'c']).role).toBe('auxiliary');
});
