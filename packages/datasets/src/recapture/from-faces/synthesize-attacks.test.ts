import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { decodeImage } from '@gradalign/core/images';
import { equalErrorRate, roc } from '@gradalign/metrics';

import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openDataset } from '../../../test/dataset-conformance.ts';
import { renderedFace } from '../../../test/rendered-face.ts';
import { imageFolder } from '../../adapters/prepared/image-folder.ts';
import { recaptureOptions } from '../options/recapture-ranges.ts';
import { synthesizeAttacks } from './synthesize-attacks.ts';

const folder = mkdtempSync(join(tmpdir(), 'gradalign Angriffe ü-'));
const from = join(folder, 'faces');
const people = 12;
afterAll(() => rmSync(folder, { recursive: true }));
beforeAll(async () => {
  for (let person = 0; person < people; person++) {
    for (const frame of [1, 2]) {
      const { data, width, height, channels } = renderedFace(person, 80);
      const path = join(from, `p${person}_video`, `${frame}.png`);
      mkdirSync(dirname(path), { recursive: true });
      await sharp(data, { raw: { width, height, channels } }).toFile(path);
    }
  }
  writeFileSync(join(from, 'p3_video', 'broken.jpg'), 'no picture');
});

const files = (root: string) =>
  readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.jpg'))
    .sort();

it('the same seed gives the same bytes whatever the number of workers, another seed others; a broken picture is named once', async () => {
  const one = await synthesizeAttacks({ from, root: join(folder, 'one'), seed: 3, workers: 0 });
  const two = await synthesizeAttacks({ from, root: join(folder, 'two'), seed: 3, workers: 2 });
  const other = await synthesizeAttacks({ from, root: join(folder, 'other'), seed: 4, workers: 0, kinds: ['replay'] });
  // 12 persons x 2 frames
  expect(one).toMatchObject({ done: 'written', images: { live: 24, print: 24, replay: 24 } });
  expect(one.broken).toEqual([{ path: join(from, 'p3_video', 'broken.jpg'), reason: expect.stringContaining('no known image format') }]);
  expect(two.checksum).toBe(one.checksum);
  expect(other).toMatchObject({ images: { live: 24, replay: 24 } });
  expect(files(join(folder, 'one'))).toHaveLength(72);
  for (const name of files(join(folder, 'one'))) expect(readFileSync(join(folder, 'two', name)).equals(readFileSync(join(folder, 'one', name)))).toBe(true);
  expect(await synthesizeAttacks({ from, root: join(folder, 'one'), seed: 3, workers: 0 })).toEqual({ ...one, done: 'nothing' });
  await expect(synthesizeAttacks({ from, root: join(folder, 'one'), seed: 5 })).rejects.toThrow('it holds attacks made with other options or from other faces');
}, 60_000);

it('is read as a data set in the plain layout: a person keeps one subject over live, print and replay', async () => {
  const { samples } = await openDataset(imageFolder, join(folder, 'one'));
  expect(samples).toHaveLength(72);
  const kinds = new Map<string | undefined, Set<string>>();
  for (const { subject, species = 'live' } of samples) kinds.set(subject, (kinds.get(subject) ?? new Set()).add(species));
  expect(kinds.size).toBe(people);
  for (const of of kinds.values()) expect([...of].sort()).toEqual(['live', 'print', 'replay']);
});

it('records how each picture was made: every parameter within its range, and the same camera for a live face and its attacks', async () => {
  const { pictures } = JSON.parse(readFileSync(join(folder, 'one', 'recapture.json'), 'utf8'));
  expect(pictures.map(({ path }: { path: string }) => path).sort()).toEqual(files(join(folder, 'one')));
  const stageOf = { print: 'instrument.print', replay: 'instrument.replay', camera: 'capture', develop: 'develop', viewpoint: 'viewpoint' };
  for (const { kind, parameters } of pictures) {
    for (const { stage, parameter, described } of recaptureOptions) {
      // The hand moves from frame to frame about what was drawn.
      if (stage === 'viewpoint' || parameter === 'resolution' || ((stage === 'print' || stage === 'replay') && stage !== kind)) continue;
      const value = stageOf[stage].split('.').reduce((at, name) => at[name], parameters)[parameter];
      if ('names' in described) expect(described.default).toContain(value);
      else expect(value >= described.default[0] && value <= described.default[1], parameter).toBe(true);
    }
  }
  const cameras = new Map<string, Set<string>>();
  for (const { source, parameters } of pictures)
    cameras.set(source, (cameras.get(source) ?? new Set()).add(JSON.stringify([parameters.capture, parameters.develop])));
  for (const of of cameras.values()) expect(of.size).toBe(1);
});

it('neither file size, picture size nor mean color tells live faces from attacks: equal error rate above 35 percent', async () => {
  const looks = await Promise.all(
    files(join(folder, 'one')).map(async (name) => {
      const path = join(folder, 'one', name);
      const { data, width } = (await decodeImage({ path }, { channels: 3 })).image;
      const mean = [0, 1, 2].map((channel) => [...data].reduce((sum, value, i) => sum + (i % 3 === channel ? value : 0), 0) / (width * width));
      return { live: name.includes('live'), features: [statSync(path).size, width, ...mean] };
    }),
  );
  for (let feature = 0; feature < 5; feature++) {
    for (const sign of [1, -1]) {
      const of = (live: boolean) => looks.filter((look) => look.live === live).map(({ features }) => sign * (features[feature] as number));
      const { far, frr } = equalErrorRate(roc(of(true), of(false)));
      expect((far + frr) / 2, `feature ${feature}`).toBeGreaterThan(0.35);
    }
  }
});

it('refuses what it cannot do, and leaves nothing behind', async () => {
  const make = (options: object) => synthesizeAttacks({ from, root: join(folder, 'new'), seed: 1, workers: 0, ...options });
  await expect(make({ set: { perod: [2, 3] } })).rejects.toThrow("there is no option 'perod'; did you mean 'period'?");
  await expect(make({ set: { halftone: [0, 2] } })).rejects.toThrow('options/halftone/1 must be <= 1');
  await expect(make({ root: join(from, 'out') })).rejects.toThrow('it contains the folder of live faces or lies inside it');
  await expect(make({ from: join(folder, 'none') })).rejects.toThrow('there is no folder');
  mkdirSync(join(folder, 'bad'));
  writeFileSync(join(folder, 'bad', 'x.jpg'), 'x');
  await expect(make({ from: join(folder, 'bad') })).rejects.toThrow('none of its 1 images can be read');
  const controller = new AbortController();
  await expect(make({ signal: controller.signal, onProgress: () => controller.abort() })).rejects.toThrow();
  expect(readdirSync(folder).filter((name) => name.includes('new'))).toEqual([]);
});
