import { readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AnyItem } from '@gradalign/core';
import { type DatasetChecksOptions, datasetChecks } from '@gradalign/core/testing';
import { describe, expect, it } from 'vitest';
import { writeImages } from '../test/fixtures/tiny-images.ts';
import plugin from './index.ts';

const plain = ['train', 'test'].flatMap((split) =>
  ['live', 'attack/print'].flatMap((kind) => ['s1_1', 's2_1'].map((video) => `${split}/${kind}/${video}/1.jpg`)),
);

/** Those without a miniature of their own; the others are checked beside their sources. */
const own: Readonly<Record<string, DatasetChecksOptions>> = {
  'image-folder': {
    write: (root) => writeImages(root, plain),
    samples: { train: { live: 2, attack: 2 }, test: { live: 2, attack: 2 } },
    leavesOut: [
      { change: (root) => writeImages(root, ['train/odd/s3_1/1.jpg']), kind: 'label' },
      { change: (root) => writeFileSync(join(root, 'train/live/s1_1/2.heic'), 'x'), kind: 'kind' },
      { change: (root) => symlinkSync(join(root, 'nowhere.jpg'), join(root, 'train/live/s1_1/2.jpg')), kind: 'missing' },
    ],
  },
  recaptured: {
    write: (root) => writeImages(root, ['anna_1/1.png', 'bert_1/1.png', 'alone.png']),
    samples: { train: { live: 3, attack: 6 } },
  },
  'recapture-benchmark': {
    write: (root) =>
      writeImages(
        root,
        plain.map((name) => `phone/${name}`),
        { 'benchmark.json': '{}' },
      ),
    options: { domain: 'phone' },
  },
  'rotated-mnist': { options: { angle: 30, limit: 40 } },
};

const datasets = plugin.items.filter(({ kind }) => kind === 'dataset') as readonly AnyItem[];

it('every data set is checked, here or on its miniature', () => {
  const fixtures = new URL('../test/fixtures/', import.meta.url);
  const miniatures = readdirSync(fixtures).flatMap((file) => /use: '(.*)'/.exec(readFileSync(new URL(file, fixtures), 'utf8'))?.[1] ?? []);
  expect(datasets.map(({ name }) => name).filter((name) => !(name in own) && !miniatures.includes(name))).toEqual([]);
});

describe.each(Object.entries(own))('%s', (name, options) => {
  const definition = datasets.find((one) => one.name === name) as AnyItem;
  for (const check of datasetChecks(definition, options)) it(check.name, check.run);
});
