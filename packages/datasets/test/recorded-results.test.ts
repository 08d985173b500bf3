// Digests that were recorded once and depend on no processor: whoever changes one changes every run with the same seed, or every prepared folder.
// `npm run record:results` records what does depend on the processor.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Augmentation, type AugmentationDefinition, completeOptions, createRandom } from '@gradalign/core';
import {
  celebaSpoof,
  colour,
  cropConvention,
  cutout,
  flip,
  grayscale,
  parseFrameChoice,
  prepareDatasets,
  randomResizedCrop,
  rotate,
} from '@gradalign/datasets';
import { expect, it } from 'vitest';
import { celebaSpoofFixture } from './fixtures/celeba-spoof.ts';
import { scratchFolder } from './prepare-videos.ts';

const folder = scratchFolder();
const digest = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 16);

const size = { width: 40, height: 30 };
const whole = { xx: 40, xy: 0, x0: 0, yx: 0, yy: 30, y0: 0 };
const item = (definition: unknown) => definition as AugmentationDefinition;
const options = {
  flip: {},
  'random-resized-crop': {},
  rotate: { degrees: 180 },
  cutout: {},
  colour: { brightness: 0.2, saturation: 0.3, hue: 0.1 },
  grayscale: {},
};

it.each([
  [item(flip), 'c0de7211f8186622'],
  [item(randomResizedCrop), '23d3a497614a7b73'],
  [item(rotate), '454ad19454315778'],
  [item(cutout), '1eb44b75a0e135ab'],
  [item(colour), '7033d2c99ce56268'],
  [item(grayscale), '8f38179a1aab9a33'],
])('$name: what 200 draws make of a picture of 40 x 30', (definition, recorded) => {
  const given = options[definition.name as keyof typeof options];
  const augmentation: Augmentation = definition.create(completeOptions(definition, given) as never);
  const drawn = Array.from({ length: 200 }, (_, i) => {
    const random = createRandom(['recorded', i]);
    return [augmentation.geometry?.(whole, size, random), augmentation.color?.(random), augmentation.erase?.(random, 40)];
  });
  expect(digest(JSON.stringify(drawn))).toBe(recorded);
});

it('CelebA-Spoof, prepared: every row of the manifest but the bytes that codecs write', async () => {
  const [root, out] = [join(folder, 'celeba'), join(folder, 'crops')];
  mkdirSync(root);
  celebaSpoofFixture.write(root);
  const dataset = await celebaSpoof.create({ root, protocol: 'intra_test' }, { domain: 'celeba', folder, seed: undefined as never });
  await prepareDatasets({
    out,
    domains: [{ domain: 'celeba', dataset, use: 'celeba-spoof', options: {} }],
    frames: parseFrameChoice('all'),
    faces: 'annotation',
    convention: cropConvention('gd-fas', { size: 16 }),
    format: { kind: 'png', quality: 95 },
    workers: 0,
  });
  const [header = '', ...rows] = readFileSync(join(out, 'manifest.csv'), 'utf8').trim().split('\n');
  const kept = header.split(',').map((name) => !['source_bytes', 'sha256', 'pixels'].includes(name));
  const table = [header, ...rows].map((row) =>
    row
      .split(',')
      .filter((_, i) => kept[i])
      .join(),
  );
  expect(table).toHaveLength(9);
  expect(table[1]).toBe(
    'celeba/test/live/548560/00000.png,celeba,test,live,,4930,test/live/548560,0,,,,Data/test/4930/live/548560.jpg,24,32,annotation,6 8.57 12 17.14,,0.9994775,gd-fas,0.6,true,none,16',
  );
  expect(digest(table.join('\n'))).toBe('6d901699306c0a43');
});
