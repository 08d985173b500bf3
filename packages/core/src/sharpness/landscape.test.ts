import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadEngine } from '@gradalign/engine';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Gradients } from '../contracts/gradients.ts';
import { createSeed } from '../contracts/seed.ts';
import { Weights } from '../contracts/weights.ts';
import { filterNormalizedDirection } from './filter-normalized-direction.ts';
import { type LandscapeSettings, readLandscape, weightsDigest, writeLandscape } from './landscape-file.ts';
import { gridCoordinates, lossesAt } from './loss-landscape.ts';

beforeAll(async () => {
  await loadEngine();
});

let before: number;
beforeEach(() => {
  before = tf.memory().numTensors;
});
afterEach(() => {
  expect(tf.memory().numTensors, 'tensors left over').toBe(before);
});

const random = () => createSeed(1).stream('landscape').at(1);

describe('filterNormalizedDirection', () => {
  it('gives the filters of a [1, 1, 2, 2] kernel with norms 5 and 13 directions of norms 5 and 13, and leaves offsets out', () => {
    using weights = new Weights({ kernel: tf.tensor4d([3, 5, 4, 12], [1, 1, 2, 2]), bias: tf.tensor1d([1, 2]) });
    using direction = filterNormalizedDirection(weights, random());
    expect(direction.names).toEqual(['kernel']);
    const [a = 0, b = 0, c = 0, d = 0] = direction.get('kernel')?.dataSync() ?? [];
    expect(Math.hypot(a, c)).toBeCloseTo(5, 5);
    expect(Math.hypot(b, d)).toBeCloseTo(13, 5);
  });

  it('a filter of zeros does not move', () => {
    using weights = new Weights({ dense: tf.tensor2d([0, 3, 0, 4], [2, 2]) });
    using direction = filterNormalizedDirection(weights, random());
    const [a, b = 0, c, d = 0] = direction.get('dense')?.dataSync() ?? [];
    expect([a, c]).toEqual([0, 0]);
    expect(Math.hypot(b, d)).toBeCloseTo(5, 5);
  });
});

describe('the grid', () => {
  it('of 5 points at radius 1 has the solution in the middle: -1, -1/2, 0, 1/2, 1', () => {
    expect(gridCoordinates({ points: 5, radius: 1 })).toEqual([-1, -0.5, 0, 0.5, 1]);
  });

  it('L = x² + 10 y at (1 + 2 · 0.5, 3 - 1 · 3) is 4 + 0; the weights stay', () => {
    using weights = new Weights({ x: tf.scalar(1), y: tf.scalar(3) });
    const value = (name: string) => weights.get(name).dataSync()[0] as number;
    const surface = { weights, loss: () => value('x') ** 2 + 10 * value('y'), gradient: () => new Gradients(new Map()) };
    using first = new Gradients(new Map([['x', tf.scalar(0.5)]]));
    using second = new Gradients(new Map([['y', tf.scalar(3)]]));
    expect(lossesAt([surface, surface], [first, second], [2, -1])).toEqual([4, 4]);
    expect([value('x'), value('y')]).toEqual([1, 3]);
  });
});

describe('a landscape file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gradalign-landscape-'));
  const file = join(folder, 'landscape.json');
  afterEach(() => rmSync(file, { force: true }));
  const settings: LandscapeSettings = {
    ...{ kind: 'loss landscape', points: 3, radius: 1, samples: 10, batchNorm: 'batch', checkpoint: 'epoch-0001', seed: 0, weights: 'ab' },
    domains: { webcam: { role: 'source', samples: 10, images: 'cd' } },
  };
  const landscape = (measured: number, losses: readonly unknown[] = new Array(measured).fill(0.5)) => ({
    ...settings,
    measured,
    domains: { webcam: { ...settings.domains['webcam'], losses } },
  });

  it('that is not there has no point measured; one with 2 of 9 points is read back, not finite losses as null', () => {
    expect(readLandscape(file, settings)).toEqual(landscape(0));
    writeLandscape(file, landscape(2, [0.25, null]) as ReturnType<typeof readLandscape>);
    expect(readLandscape(file, settings)).toEqual(landscape(2, [0.25, null]));
  });

  it.each([
    ['{"some":"file"}', 'it is another file'],
    ['not JSON', 'it is another file'],
    ['[]', 'it is another file'],
    [JSON.stringify({ ...landscape(2), points: 5 }), 'it was measured with points 5, expected 3'],
    [JSON.stringify({ ...landscape(2), weights: 'other' }), 'it was measured with weights "other"'],
    [JSON.stringify({ ...landscape(2), measured: 10 }), 'it is damaged'],
    [JSON.stringify({ ...landscape(2), measured: 3 }), "it is damaged: domain 'webcam' has no 3 losses"],
    [JSON.stringify(landscape(1, ['x'])), "it is damaged: domain 'webcam' has no 1 losses"],
    [JSON.stringify({ ...landscape(0), domains: { webcam: null } }), "it is damaged: domain 'webcam'"],
    [JSON.stringify({ ...landscape(0), domains: {} }), 'it was measured on other images'],
  ])('%s is refused and kept', (text, message) => {
    writeFileSync(file, text);
    expect(() => readLandscape(file, settings)).toThrow(message);
    expect(readFileSync(file, 'utf8')).toBe(text);
  });
});

it('the digest of weights tells two networks apart that differ in one statistic', () => {
  using a = new Weights({ kernel: tf.tensor1d([1, 2]) }, { mean: tf.scalar(0) });
  using b = new Weights({ kernel: tf.tensor1d([1, 2]) }, { mean: tf.scalar(1) });
  expect(weightsDigest(a)).toMatch(/^[0-9a-f]{64}$/);
  expect(weightsDigest(a)).not.toBe(weightsDigest(b));
});
