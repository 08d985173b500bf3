import { type Auxiliary, createObjective, createSeed, type Evaluation, type Gradients, type Model, type Risk } from '@gradalign/core';
import { loadEngine, sigmoidCrossEntropy } from '@gradalign/engine';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { tinyCnn } from './tiny-cnn.ts';

const random = createSeed(3).stream('weights');
let model: Model;
beforeAll(async () => {
  await loadEngine();
  model = tinyCnn.create(
    { width: 8, blocks: 2, stride: 1, head: 'cosine' },
    { image: { size: 16, channels: 3 }, logits: 1, random: (weight) => random.at(weight) },
  ) as Model;
});
afterAll(() => model[Symbol.dispose]());

const risk: Risk = {
  role: 'risk',
  logits: 1,
  perSample: (logits, labels) => sigmoidCrossEntropy(tf.mul(tf.reshape(logits, [-1]), 5) as tf.Tensor1D, tf.cast(labels, 'float32')),
  probabilities: (logits) => tf.softmax(logits),
};
/** Depends on the position of each feature. */
const auxiliary: Auxiliary = {
  role: 'auxiliary',
  value: ({ features }) => tf.sum(tf.mul(features, tf.expandDims(tf.range(1, (features.shape[0] as number) + 1), 1))),
};

/** Domains of 3, 1 and 2 samples, mixed, and an absent one, in two views. */
function evaluate(of: Model): Evaluation {
  const images = tf.tensor4d(
    Float32Array.from({ length: 12 * 16 * 16 * 3 }, (_, i) => Math.sin(i * 12.9898) * (1 + (i % 5))),
    [12, 16, 16, 3],
  );
  const batch = {
    images,
    labels: Int32Array.of(0, 1, 1, 0, 1, 0),
    domains: Int32Array.of(2, 0, 3, 0, 2, 0),
    views: 2,
    [Symbol.dispose]: () => images.dispose(),
  };
  const objective = createObjective({ model: of, risk, auxiliaries: [auxiliary], domains: ['a', 'b', 'c', 'd'], batch });
  return objective.evaluate({ statistics: 'keep', domains: 'separate' });
}

function figures(of: Model): Record<string, Float32Array> {
  using here = evaluate(of);
  const out: Record<string, Float32Array> = {};
  const note = (what: string, gradients: Gradients) => {
    for (const [name, tensor] of gradients.byName) out[`${what} ${name}`] = tensor.dataSync() as Float32Array;
  };
  out['risks'] = Float32Array.from(here.values.risks, (value) => value.dataSync()[0] as number);
  out['auxiliary'] = here.values.auxiliary?.dataSync() as Float32Array;
  for (const domain of here.domains) note(domain, here.gradient({ domain }));
  note('full', here.gradient('full', { last: true }));
  return out;
}

test('separate domains in one grouped forward have the losses and gradients of one forward per domain, to 1e-4', () => {
  expect(model.takesGroups).toBe(true);
  const grouped = tf.tidy(() => figures(model));
  const alone = tf.tidy(() => figures({ ...model, takesGroups: false }));
  expect(Object.keys(grouped)).toEqual(Object.keys(alone));
  for (const [name, values] of Object.entries(grouped)) {
    const expected = alone[name] as Float32Array;
    const largest = Math.max(...expected.map(Math.abs), 1e-6);
    const worst = values.reduce((most, value, i) => Math.max(most, Math.abs(value - (expected[i] as number))), 0);
    expect(worst / largest, name).toBeLessThan(1e-4);
  }
});
