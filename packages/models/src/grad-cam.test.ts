import { createSeed, gradCam, type Model, type ModelContext, type Risk } from '@gradalign/core';
import { loadEngine } from '@gradalign/engine';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import plugin from './index.ts';
import { tinyCnn } from './tiny-cnn.ts';

const risk: Risk = {
  ...{ role: 'risk', logits: 1, perSample: (logits) => tf.reshape(logits, [-1]), logit: (logits) => tf.reshape(logits, [-1]) },
  probabilities: (logits) => tf.concat([tf.sigmoid(tf.neg(logits)), tf.sigmoid(logits)], 1),
};

const context = (size: number): ModelContext => ({
  ...{ image: { size, channels: 3 }, logits: 1 },
  random: (weight) => createSeed(7).stream('weights').at(weight),
});
const make = (head: 'cosine' | 'linear', size = 16) => tinyCnn.create({ width: 4, blocks: 2, stride: 1, head }, context(size)) as Model;

function random(shape: [number, number, number, number]): tf.Tensor4D {
  const draw = createSeed(3).stream('images').at(0);
  return tf.tensor4d(
    Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => draw.normal()),
    shape,
  );
}

function spatialOf(model: Model) {
  if (!model.spatial) throw new Error('no spatial map');
  return model.spatial;
}

beforeAll(async () => {
  await loadEngine();
});

it('with a linear head is the map weighted by the head, over the number of places: α_k = w_k / (h w)', () => {
  using model = make('linear');
  const [images, spatial] = [random([2, 16, 16, 3]), spatialOf(model)];
  const [found, expected] = tf.tidy(() => {
    const map = spatial.map(images, { training: false });
    const weighted = tf.mul(map, tf.reshape(model.weights.get('head/kernel'), [1, 1, 1, -1]));
    const signs = tf.tensor3d([1, -1], [2, 1, 1]);
    return [gradCam({ spatial, risk }, images, [1, -1]).dataSync(), tf.relu(tf.mul(signs, tf.div(tf.sum(weighted, 3), 64))).dataSync()];
  });
  images.dispose();
  expect(found.length).toBe(2 * 8 * 8);
  expect(Math.max(...found)).toBeGreaterThan(0);
  for (const [i, value] of found.entries()) expect(value).toBeCloseTo(expected[i] as number, 6);
});

it('with a cosine head agrees with central differences in every channel', () => {
  using model = make('cosine');
  const [images, spatial] = [random([1, 16, 16, 3]), spatialOf(model)];
  tf.tidy(() => {
    const map = spatial.map(images, { training: false });
    const channels = map.shape[3];
    const logitAt = (k: number, by: number) => {
      const bump = tf.reshape(tf.tensor1d(Array.from({ length: channels }, (_, i) => (i === k ? by : 0))), [1, 1, 1, -1]);
      return spatial.output(tf.add(map, bump), { training: false }).logits.dataSync()[0] as number;
    };
    // Moving a channel everywhere by h moves y by h times the sum of its gradient over the 64 places.
    const h = 0.01;
    const alpha = Array.from({ length: channels }, (_, k) => (logitAt(k, h) - logitAt(k, -h)) / (2 * h) / 64);
    const expected = tf.relu(tf.sum(tf.mul(map, tf.reshape(tf.tensor1d(alpha), [1, 1, 1, -1])), 3)).dataSync();
    const found = gradCam({ spatial, risk }, images, [1]).dataSync();
    const scale = Math.max(...expected);
    for (const [i, value] of found.entries()) expect(value / scale).toBeCloseTo((expected[i] as number) / scale, 2);
  });
  images.dispose();
});

it('lights the patch that decides, wherever it is, and leaves no tensor behind', () => {
  using model = make('linear', 32);
  // All channels speak for live, so that what excites the convolutions does; the patch is the only thing in the picture.
  const kernel = model.weights.get('head/kernel');
  kernel.assign(tf.onesLike(kernel));
  const before = tf.memory().numTensors;
  for (const [row, column] of [
    [4, 4],
    [20, 24],
  ] as const) {
    const pixels = new Float32Array(32 * 32 * 3);
    for (let y = row; y < row + 6; y++) for (let x = column; x < column + 6; x++) pixels.fill(3, (y * 32 + x) * 3, (y * 32 + x) * 3 + 3);
    const images = tf.tensor4d(pixels, [1, 32, 32, 3]);
    const maps = gradCam({ spatial: spatialOf(model), risk }, images, [1]);
    const values = maps.dataSync();
    const brightest = values.indexOf(Math.max(...values));
    // The map has half the side: the patch is at its half.
    expect(Math.abs(Math.floor(brightest / 16) - (row + 3) / 2)).toBeLessThanOrEqual(3);
    expect(Math.abs((brightest % 16) - (column + 3) / 2)).toBeLessThanOrEqual(3);
    tf.dispose([images, maps]);
  }
  expect(tf.memory().numTensors).toBe(before);
});

it('without a logit of the risk explains the log odds of its probabilities, which are the same here', () => {
  using model = make('linear');
  const images = random([1, 16, 16, 3]);
  const { logit: _, ...plain } = risk;
  const [by, odds] = [risk, plain].map((one) => {
    const maps = gradCam({ spatial: spatialOf(model), risk: one }, images, [1]);
    const values = maps.dataSync();
    maps.dispose();
    return values;
  });
  for (const [i, value] of (by as Float32Array).entries()) expect(value).toBeCloseTo((odds as Float32Array)[i] as number, 4);
  images.dispose();
});

it('every model of the package hands over its last spatial map', () => {
  // Drawing millions of weights would take seconds.
  const constant = { ...createSeed(1).stream('weights').at(0), normal: () => 0.01, uniform: () => 0.01 };
  const models = plugin.items.filter(({ kind, name }) => kind === 'model' && !/resnet(34|50)/.test(name));
  for (const definition of models) {
    const { create } = definition as unknown as { create(options: object, context: ModelContext): Model };
    using model = create({ head: 'cosine', strict: true, width: 4, blocks: 2, stride: 1 }, { ...context(32), random: () => constant });
    const shape = tf.tidy(() => spatialOf(model).map(tf.zeros([1, 32, 32, 3]), { training: false }).shape);
    expect([definition.name, shape.length, shape[0]]).toEqual([definition.name, 4, 1]);
  }
});
