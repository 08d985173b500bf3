import { loadEngine } from '@gradalign/engine';
import { Type } from '@sinclair/typebox';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, expect, it } from 'vitest';
import { type Auxiliary, type AuxiliaryBatch, defineLoss, type Loss, type LossDefinition, type Risk } from '../contracts/loss.ts';
import { Weights } from '../contracts/weights.ts';
import { lossChecks } from './loss-checks.ts';

beforeAll(async () => {
  await loadEngine();
});

const kept: tf.Tensor[] = [];
afterEach(() => {
  tf.dispose(kept.splice(0));
});

const define = (create: () => Loss, more: Partial<LossDefinition> = {}) =>
  defineLoss({ name: 'sound', summary: 'A loss', options: Type.Object({}, { additionalProperties: false }), create, ...more }) as unknown as LossDefinition;

const auxiliary = (value: (batch: AuxiliaryBatch) => tf.Tensor, more: Partial<Auxiliary> = {}) =>
  define(() => ({ role: 'auxiliary', value: (batch) => value(batch) as tf.Scalar, ...more }));

const square = ({ features }: AuxiliaryBatch) => tf.mean(tf.square(features));

/** Squared distance of one logit from the label. */
const risk = (more: Partial<Risk> = {}) =>
  define(() => ({
    role: 'risk',
    logits: 1,
    perSample: (logits, labels) => tf.square(tf.sub(tf.squeeze(logits, [1]), tf.cast(labels, 'float32'))) as tf.Tensor1D,
    probabilities: (logits) => {
      const live = tf.sigmoid(logits);
      return tf.concat([tf.sub(1, live), live], 1) as tf.Tensor2D;
    },
    ...more,
  }));

const centers = (more: Partial<Auxiliary> = {}): LossDefinition =>
  auxiliary(
    ({ features, labels, views, weights }) =>
      tf.mean(tf.squaredDifference(features, tf.gather(weights.get('centers'), tf.tile(tf.tensor1d(labels, 'int32'), [views])))),
    { createWeights: ({ classes, features }) => new Weights({ centers: tf.zeros([classes.length, features]) }), ...more },
  );

it.each([
  ['an auxiliary loss', auxiliary(square)],
  ['a risk', risk()],
  ['a loss that owns weights', centers()],
] as const)('%s that keeps its contract passes all of them', (_, definition) => {
  for (const { run } of lossChecks(definition)) run();
});

let calls = 0;
/** What is wrong with a loss, and what the kit has to say. */
const mutants: readonly (readonly [what: string, definition: LossDefinition, says: RegExp])[] = [
  ['a name that is none', define(() => ({ role: 'auxiliary', value: square }) as Auxiliary, { name: 'Not Kebab' }), /kebab case/],
  ['a mean where a number a sample is due', risk({ perSample: (logits) => tf.mean(logits) as unknown as tf.Tensor1D }), /it returns 1 numbers for 12 samples/],
  ['a column where a vector is due', risk({ perSample: (logits) => logits as unknown as tf.Tensor1D }), /returns shape \[2,1\], expected \[2\]/],
  ['probabilities that do not sum to 1', risk({ probabilities: (logits) => tf.sigmoid(tf.tile(logits, [1, 2])) as tf.Tensor2D }), /expected a sum of 1/],
  ['a logit of the other class', risk({ logit: (logits) => tf.neg(tf.squeeze(logits, [1])) as tf.Tensor1D }), /sigmoid\(logitScale · logit\(\)\)/],
  [
    'losses that depend on the others',
    risk({ perSample: (logits) => tf.squeeze(tf.square(tf.sub(logits, tf.mean(logits))), [1]) as tf.Tensor1D }),
    /in a batch and .* alone/,
  ],
  ['a value that is not one number', auxiliary(({ features }) => tf.mean(features, 1)), /returns 12 numbers/],
  ['a value that counts its calls', auxiliary((batch) => tf.mul(square(batch), ++calls)), /keeps or draws something/],
  ['a tensor that it keeps', auxiliary((batch) => tf.add(square(batch), keep(tf.scalar(0)))), /leave 3 tensors behind/],
  ['progress without a word', auxiliary((batch) => tf.mul(square(batch), batch.progress)), /expected followsProgress: true/],
  [
    'a mean over no samples',
    auxiliary(({ features, labels }) => tf.div(tf.sum(features), labels.filter((label) => label === 1).length)),
    /on a batch of attack alone/,
  ],
  ['a root at 0', auxiliary(({ features }) => tf.sum(tf.sqrt(tf.sum(tf.square(features), 1)))), /the gradient in features on a batch of zeros holds NaN/],
  ['exponentials without bound', auxiliary(({ features }) => tf.log(tf.mean(tf.exp(features)))), /of large features/],
  ['a weight on the first sample', auxiliary(({ features }) => tf.sum(tf.square(tf.slice(features, [0, 0], [1, -1])))), /in another order of the samples/],
  [
    'a gradient of half the size',
    auxiliary((batch) => tf.add(tf.mul(square(batch), 0.5), tf.mul(tf.scalar(square(batch).dataSync()[0] as number), 0.5))),
    /the gradient in features says/,
  ],
  [
    'a weight that does nothing',
    centers({ createWeights: ({ classes, features }) => new Weights({ centers: tf.zeros([classes.length, features]), spare: tf.zeros([2]) }) }),
    /does not depend on its weight spare/,
  ],
  [
    'weights of one width only',
    auxiliary(({ features, weights }) => tf.mean(tf.mul(features, weights.get('scale'))), { createWeights: () => new Weights({ scale: tf.ones([5]) }) }),
    /./,
  ],
  [
    'statistics that nothing moves',
    auxiliary(({ features, weights }) => tf.mean(tf.sub(features, weights.get('mean'))), { createWeights: () => new Weights({}, { mean: tf.scalar(0) }) }),
    /without moveStatistics\(\)/,
  ],
  [
    'parameters that it moves itself',
    centers({ moveStatistics: ({ weights }) => weights.assign('centers', tf.add(weights.get('centers'), 1)) }),
    /moveStatistics\(\) moves centers/,
  ],
];

function keep(tensor: tf.Tensor): tf.Tensor {
  const own = tf.keep(tensor);
  kept.push(own);
  return own;
}

it.each(mutants)('finds %s', (_, definition, says) => {
  const told = lossChecks(definition).flatMap(({ run }) => {
    try {
      run();
      return [];
    } catch (error) {
      return [(error as Error).message];
    }
  });
  expect(told.join('\n')).toMatch(says);
});
