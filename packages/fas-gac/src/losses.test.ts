import { readFileSync } from 'node:fs';
import { corePlugin, type LossDefinition, type Risk } from '@gradalign/core';
import { auxiliaryBatch, tensorDeviation } from '@gradalign/core/testing';
import { loadEngine } from '@gradalign/engine';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { supcon, supervisedContrastive } from './supcon.ts';

const file = JSON.parse(readFileSync(new URL('../../../goldens/losses.json', import.meta.url), 'utf8'));
const loss = (name: string, options: object, classes: readonly string[]) =>
  (corePlugin.items.find((item) => item.name === name) as LossDefinition).create(options as never, { classes }) as Risk;

beforeAll(async () => {
  await loadEngine();
});

it('supcon agrees with the reference, value and gradient', () => {
  const { features, labels, views, temperature, baseTemperature, value, gradient } = file.supcon;
  const { value: got, grad } = tf.valueAndGrad((x) => supervisedContrastive(x as tf.Tensor2D, labels, views, temperature, baseTemperature))(
    tf.tensor2d(features.data, features.shape),
  );
  expect(tensorDeviation(got.dataSync(), [value])).toBeLessThan(1e-4);
  expect(tensorDeviation(grad.dataSync(), gradient.data)).toBeLessThan(1e-4);
});

it('supcon refuses a single view', () => {
  const auxiliary = supcon.create({ weight: 1, temperature: 0.1, baseTemperature: 0.07 }, { classes: ['attack', 'live'] });
  const value = () => auxiliary.role === 'auxiliary' && auxiliary.value(auxiliaryBatch({ features: tf.zeros([2, 3]), labels: [0, 1] }));
  expect(value).toThrow("Cannot compute loss 'supcon': a batch has 1 view, expected at least 2 (data.views)");
});

it('domain-bce agrees with the reference, risks and gradient', () => {
  const { scaledLogits, labels, domains, risks, gradientOfSum } = file.domainBinaryCrossEntropy;
  const risk = loss('domain-bce', { logitScale: 1 }, ['attack', 'live']);
  const k = risks.data.length;
  const perDomain = (logits: tf.Tensor) => {
    const losses = risk.perSample(tf.reshape(logits, [-1, 1]) as tf.Tensor2D, tf.tensor1d(labels, 'int32'));
    return Array.from({ length: k }, (_, i) => {
      const count = domains.filter((d: number) => d === i).length;
      return tf.sum(tf.mul(losses, tf.tensor1d(domains.map((d: number) => (d === i ? 1 / (count * k) : 0)))));
    });
  };
  const logits = tf.tensor1d(scaledLogits.data);
  expect(tensorDeviation(tf.stack(perDomain(logits)).dataSync(), risks.data)).toBeLessThan(1e-4);
  const gradient = tf.grad((x) => tf.addN(perDomain(x)))(logits);
  expect(tensorDeviation(gradient.dataSync(), gradientOfSum.data)).toBeLessThan(1e-4);
});

it('domain-bce gives probabilities that sum to 1 and refuses more than two classes', () => {
  const rows = loss('domain-bce', { logitScale: 2 }, ['attack', 'live'])
    .probabilities(tf.tensor2d([[0], [0.5]]))
    .arraySync();
  expect(rows[0]).toEqual([0.5, 0.5]);
  expect(rows[1]?.[1]).toBeCloseTo(1 / (1 + Math.exp(-1)), 6);
  expect(() => loss('domain-bce', { logitScale: 1 }, ['a', 'b', 'c'])).toThrow(
    "Cannot use loss 'domain-bce': the data has 3 classes (a, b, c), expected 2; cross-entropy takes any number",
  );
});

it('cross-entropy agrees with the reference, value and gradient', () => {
  const { logits, labels, value, gradient } = file.crossEntropy;
  const risk = loss('cross-entropy', { logitScale: 1 }, ['a', 'b']);
  const { value: got, grad } = tf.valueAndGrad((x) => tf.mean(risk.perSample(x as tf.Tensor2D, tf.tensor1d(labels, 'int32'))))(
    tf.tensor2d(logits.data, logits.shape),
  );
  expect(tensorDeviation(got.dataSync(), [value])).toBeLessThan(1e-4);
  expect(tensorDeviation(grad.dataSync(), gradient.data)).toBeLessThan(1e-4);
});
