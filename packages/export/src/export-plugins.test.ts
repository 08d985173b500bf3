import { defineModel, fitIsotonic, Weights } from '@gradalign/core';
import { loadEngine } from '@gradalign/engine';
import { tinyCnn } from '@gradalign/models';
import { Type } from '@sinclair/typebox';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { compareWithRun } from '../test/compare-with-run.ts';
import { untrainedRun } from '../test/untrained-run.ts';
import { graphOf } from './export-run.ts';

beforeAll(async () => {
  await loadEngine();
});

/** A model of a plugin: `features` makes 4 features of the images and a kernel [3, 3, 3, 4]. */
function pluginModel(features: (images: tf.Tensor4D, kernel: tf.Tensor4D) => tf.Tensor) {
  return defineModel({
    name: 'plugin',
    summary: 'a model of a plugin',
    options: Type.Object({}, { additionalProperties: false }),
    create(_options, { logits, random }) {
      const draw = (name: string, shape: number[]) => {
        const numbers = random(name);
        return tf.tensor(
          Float32Array.from({ length: tf.util.sizeFromShape(shape) }, () => numbers.normal()),
          shape,
        );
      };
      const weights = new Weights({ 'stem/kernel': draw('stem/kernel', [3, 3, 3, 4]), 'head/kernel': draw('head/kernel', [4, logits]) });
      return {
        weights,
        apply(images) {
          const made = features(images, weights.get('stem/kernel') as unknown as tf.Tensor4D) as tf.Tensor2D;
          return { features: made, logits: tf.matMul(made, weights.get('head/kernel') as unknown as tf.Tensor2D) };
        },
        [Symbol.dispose]: () => weights[Symbol.dispose](),
      };
    },
  });
}

const bodies: Readonly<Record<string, (images: tf.Tensor4D, kernel: tf.Tensor4D) => tf.Tensor>> = {
  'padding same, average pooling, mean over places': (x, kernel) => tf.mean(tf.avgPool(tf.relu(tf.conv2d(x, kernel, 2, 'same')), 2, 2, 'same'), [1, 2]),
  'squeeze and excitation': (x, kernel) => {
    const map = tf.conv2d(x, kernel, 1, 'same');
    return tf.mean(tf.mul(map, tf.sigmoid(tf.mean(map, [1, 2], true))), [1, 2]);
  },
  'a flattened map': (x, kernel) => {
    const map = tf.conv2d(x, kernel, 4, 'valid');
    const [n, height, width, channels] = map.shape;
    return tf.mean(tf.reshape(map, [n, height * width, channels]), 1);
  },
  'batch norm behind a sum, concatenation, swish': (x, kernel) => {
    const map = tf.conv2d(x, kernel, 1, 'same');
    const normed = tf.batchNorm(tf.add(map, 1), [0.1, 0.2, 0.3, 0.4], [1, 2, 3, 4], [0.5, 0.5, 0.5, 0.5], [2, 1, 2, 1], 1e-3) as tf.Tensor4D;
    const both = tf.concat([normed, tf.leakyRelu(map)], 3);
    return tf.mean(tf.slice(tf.mul(both, tf.sigmoid(both)), [0, 0, 0, 2], [-1, -1, -1, 4]), [1, 2]);
  },
  'maximum over places, transposed': (x, kernel) => tf.max(tf.transpose(tf.conv2d(x, kernel, 2, 'valid'), [0, 3, 1, 2]), [2, 3]),
  'softmax, a stack and its parts': (x, kernel) => {
    const z = tf.mean(tf.depthwiseConv2d(tf.conv2d(x, kernel, 2, 'same'), tf.ones([3, 3, 4, 1]), 2, 'same'), [1, 2]);
    const [one, other] = tf.unstack(tf.stack([tf.softmax(z), tf.tanh(z)], 1), 1) as [tf.Tensor2D, tf.Tensor2D];
    return tf.sub(one, tf.square(other));
  },
};

it.each(Object.entries(bodies))("a plugin's model exports: %s", async (_, body) => {
  const run = await untrainedRun({ model: pluginModel(body), size: 15 });
  const { logit, ours } = await compareWithRun(run);
  expect(logit).toBeLessThan(1e-4);
  expect(ours.logit[0]).not.toEqual(ours.logit[1]);
  run.model[Symbol.dispose]();
});

it.each<[string, (images: tf.Tensor4D, kernel: tf.Tensor4D) => tf.Tensor, string]>([
  [
    'a kernel without a counterpart',
    (x, kernel) => tf.topk(tf.mean(tf.conv2d(x, kernel, 2, 'same'), [1, 2]), 4).values,
    'TopK of stem: no counterpart in ONNX is known',
  ],
  [
    'numbers taken out of the image',
    (x, kernel) => tf.mul(tf.mean(tf.conv2d(x, kernel, 2, 'same'), [1, 2]), x.dataSync()[0] as number),
    'Multiply of stem takes a value that changes with the image',
  ],
  ['a sum over the batch', (x, kernel) => tf.sub(tf.mean(tf.conv2d(x, kernel, 2, 'same'), [1, 2]), tf.mean(x)), 'reduces over the images of a batch'],
])('refuses %s and names it with its layer', async (_, body, why) => {
  const run = await untrainedRun({ model: pluginModel(body), size: 15 });
  const before = tf.memory().numTensors;
  expect(() => graphOf(run, undefined)).toThrow(why);
  expect(tf.memory().numTensors).toBe(before);
  run.model[Symbol.dispose]();
});

it('calibration is part of the graph: a temperature, and the rising line of an isotonic regression', async () => {
  const run = await untrainedRun({ model: tinyCnn, options: { width: 4 }, size: 16 });
  const isotonic = fitIsotonic([-3, -1, 0, 1, 2], [0, 0, 1, 0, 1]);
  for (const calibration of [{ method: 'temperature', temperature: 2.5 } as const, isotonic, { method: 'isotonic', points: [[0, 0.3]] } as const]) {
    const { probability } = await compareWithRun(run, calibration);
    expect(probability).toBeLessThan(1e-5);
  }
  run.model[Symbol.dispose]();
});
