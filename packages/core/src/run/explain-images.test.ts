import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadEngine } from '@gradalign/engine';
import * as tf from '@tensorflow/tfjs-core';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Experiment } from '../contracts/experiment.ts';
import type { Model, SpatialHalves } from '../contracts/model.ts';
import { createImageLoader } from '../images/image-loader.ts';
import { binaryRisk } from '../testing/binary-risk.ts';
import { explainImages } from './explain-images.ts';

const folder = mkdtempSync(join(tmpdir(), 'gradalign explain-'));
afterAll(() => rmSync(folder, { recursive: true }));

const image = { size: 4, mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] };

/** The picture itself is the map, and its sum the logit: bright pixels speak for live, dark ones for nothing. */
const spatial: SpatialHalves = {
  map: (images) => images.clone(),
  output: (map) => ({ features: tf.zeros([map.shape[0], 1]), logits: tf.reshape(tf.sum(map, [1, 2, 3]), [-1, 1]) }),
};

function setting(model: Partial<Model> = { spatial }, classes: readonly string[] = ['attack', 'live']) {
  const loader = createImageLoader({ image, augment: [], pluginFiles: [], workers: 0, seed: 0 });
  const experiment = { model: { use: 'plain' }, data: { image } } as unknown as Experiment;
  return { model: model as Model, risk: binaryRisk(1), loader, classes, experiment };
}

async function picture(name: string, bright: number): Promise<string> {
  const path = join(folder, name);
  const pixels = Buffer.alloc(4 * 4 * 3, 20);
  pixels.fill(230, bright * 3, bright * 3 + 3);
  await sharp(pixels, { raw: { width: 4, height: 4, channels: 3 } })
    .png()
    .toFile(path);
  return path;
}

beforeAll(async () => {
  await loadEngine();
});

it('lights the pixel that decides, gives the picture back as it was, and leaves no tensor behind', async () => {
  const run = setting();
  const images = await Promise.all([5, 14].map(async (at) => ({ image: { path: await picture(`${at}.png`, at) }, evidence: 1 as const })));
  const before = tf.memory().numTensors;
  const explained = await explainImages(run, images);
  expect(tf.memory().numTensors).toBe(before);
  await run.loader.close();
  if ('error' in explained) throw new Error(explained.error);
  for (const [i, at] of [5, 14].entries()) {
    const one = explained[i];
    expect(one && [one.height, one.width, one.size, one.channels]).toEqual([4, 4, 4, 3]);
    // Normalized, the others are below zero: they spoke for nothing.
    expect(Array.from(one?.map ?? [])).toEqual(Array.from({ length: 16 }, (_, pixel) => (pixel === at ? 1 : 0)));
    expect(one?.pixels[at * 3]).toBe(230);
    expect(one?.pixels[0]).toBe(20);
  }
});

it('what speaks for an attack is the rest', async () => {
  const run = setting();
  const explained = await explainImages(run, [{ image: { path: await picture('attack.png', 3) }, evidence: -1 }]);
  await run.loader.close();
  if ('error' in explained) throw new Error(explained.error);
  expect(explained[0]?.map[3]).toBe(0);
  expect(explained[0]?.map[0]).toBe(1);
});

it('leaves an image out that cannot be read', async () => {
  const run = setting();
  writeFileSync(join(folder, 'broken.png'), 'no picture');
  const explained = await explainImages(run, [
    { image: { path: join(folder, 'broken.png') }, evidence: 1 },
    { image: { path: await picture('whole.png', 0) }, evidence: 1 },
  ]);
  await run.loader.close();
  if ('error' in explained) throw new Error(explained.error);
  expect(explained.map((one) => one !== undefined)).toEqual([false, true]);
});

it('says why there is nothing to show', async () => {
  const [without, three] = [setting({}), setting({ spatial }, ['a', 'b', 'c'])];
  expect(await explainImages(without, [])).toEqual({ error: 'the network plain hands over no spatial map' });
  expect(await explainImages(three, [])).toEqual({ error: 'the network tells 3 classes apart, and this is about two' });
  await Promise.all([without, three].map(({ loader }) => loader.close()));
});
