import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Dataset } from '@gradalign/core';
import { createImageLoader } from '@gradalign/core/images';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openDataset } from '../../../test/dataset-conformance.ts';
import { renderedFace } from '../../../test/rendered-face.ts';
import { recaptured } from './recaptured.ts';

const folder = mkdtempSync(join(tmpdir(), 'gradalign recaptured-'));
afterAll(() => rmSync(folder, { recursive: true }));
const pictures = ['anna_1/frame_1.png', 'anna_1/frame_2.png', 'live/bert_1/7.png', 'alone.png'];

async function write(path: string, person: number): Promise<void> {
  mkdirSync(dirname(path), { recursive: true });
  const { data, width, height, channels } = renderedFace(person, 64);
  await sharp(data, { raw: { width, height, channels } }).toFile(path);
}

beforeAll(async () => {
  for (const [i, name] of pictures.entries()) await write(join(folder, 'plain', name), i);
  await write(join(folder, 'plain', 'spoof/x_1/1.png'), 9);
  writeFileSync(join(folder, 'plain', 'notes.txt'), '');
  for (const name of ['train/live/a_1/1.png', 'test/live/b_1/1.png', 'test/attack/print/b_2/1.png']) await write(join(folder, 'layout', name), 3);
});

it('a folder of pictures without labels: each live, and one print and one replay of each; attacks in it are left out', async () => {
  const { samples, classes, notes } = await openDataset(recaptured, join(folder, 'plain'));
  expect(classes).toEqual(['attack', 'live']);
  expect(samples.map(({ id, label, species }) => `${label} ${id} ${species}`)).toEqual([
    ...['alone.png', 'anna_1/frame_1.png', 'anna_1/frame_2.png', 'live/bert_1/7.png'].map((id) => `1 ${id} undefined`),
    ...['print', 'replay'].flatMap((kind) =>
      ['alone.png', 'anna_1/frame_1.png', 'anna_1/frame_2.png', 'live/bert_1/7.png'].map((id) => `0 ${id}@${kind}-1 ${kind}/synthetic`),
    ),
  ]);
  expect(new Set(samples.map(({ split }) => split))).toEqual(new Set(['train']));
  expect(samples.filter(({ subject }) => subject === 'anna').map(({ video, frame }) => `${video} ${frame}`)).toEqual([
    'anna_1 1',
    'anna_1 2',
    'anna_1@print-1 1',
    'anna_1@print-1 2',
    'anna_1@replay-1 1',
    'anna_1@replay-1 2',
  ]);
  // One whom nobody names is a subject with his attacks, so that holding out does not part them.
  expect(samples.filter(({ subject }) => subject === 'alone.png').map(({ id }) => id)).toEqual(['alone.png', 'alone.png@print-1', 'alone.png@replay-1']);
  expect(notes).toMatchObject({ unmatched: ['notes.txt'], problems: ['spoof: 1 images of attacks were left out'] });
});

it('the plain layout: its live folders with their splits, three copies of each, without the live ones where they are not wanted', async () => {
  const { samples } = await openDataset(recaptured, join(folder, 'layout'), { kinds: ['replay'], copies: 3, keepLive: false });
  expect(samples.map(({ id, split, subject }) => `${split} ${subject} ${id}`)).toEqual(
    [1, 2, 3].flatMap((copy) => [`test b test/live/b_1/1.png@replay-${copy}`, `train a train/live/a_1/1.png@replay-${copy}`]),
  );
});

it('its pictures load: live, print and replay differ, evaluation repeats, training draws anew, workers change nothing', async () => {
  const { samples } = (await openDataset(recaptured, join(folder, 'plain'), { side: 64 })) as Dataset;
  const alone = samples.filter(({ id }) => id.startsWith('alone'));
  const settings = {
    image: { size: 32, mean: [0, 0, 0], std: [1, 1, 1] },
    augment: [],
    pluginFiles: [new URL('../../index.ts', import.meta.url).href],
    seed: 1,
  };
  await using here = createImageLoader({ ...settings, workers: 0 });
  await using there = createImageLoader({ ...settings, workers: 1, cacheBytes: 2 ** 20 });
  const evaluation = alone.map(({ image }) => ({ source: image, views: 1 }));
  const training = alone.map(({ image }, i) => ({ source: image, keys: ['epoch', i], views: 2 }));
  const parts = (data: Float32Array) => Array.from({ length: data.length / 3072 }, (_, i) => data.slice(i * 3072, (i + 1) * 3072).join());
  const fixed = await here.load(evaluation);
  const drawn = await here.load(training);
  expect([fixed.broken, drawn.broken]).toEqual([[], []]);
  expect(new Set([...parts(fixed.data), ...parts(drawn.data)]).size).toBe(6);
  expect((await there.load(evaluation)).data).toEqual(fixed.data);
  expect((await there.load(training)).data).toEqual(drawn.data);
}, 90_000);

it('says what is wrong with a root that is not there, or holds no pictures, and with a range out of its bounds', async () => {
  await expect(openDataset(recaptured, join(folder, 'nowhere'))).rejects.toThrow(
    /Cannot read live faces of 'recaptured': there is no folder .*nowhere, expected/,
  );
  mkdirSync(join(folder, 'empty'));
  await expect(openDataset(recaptured, join(folder, 'empty'))).rejects.toThrow('holds no live images');
  await expect(openDataset(recaptured, join(folder, 'plain'), { period: [0, 4] })).rejects.toThrow('options/period/0 must be >= 1');
});

it('pictures behind a link that leads out of the root are told by name, and read only where links: follow says so', async () => {
  const root = join(folder, 'linked');
  await write(join(root, 'own.png'), 1);
  symlinkSync(join(folder, 'plain', 'anna_1'), join(root, 'anna_1'));
  const { samples, notes } = await openDataset(recaptured, root, { kinds: ['print'] });
  expect(samples.map(({ id }) => id)).toEqual(['own.png', 'own.png@print-1']);
  expect(notes?.problems).toEqual(['anna_1 is a link that leads outside the root: not followed']);
  expect((await openDataset(recaptured, root, { kinds: ['print'], links: 'follow' })).samples).toHaveLength(6);
});
