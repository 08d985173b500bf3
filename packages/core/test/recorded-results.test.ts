// Digests that were recorded once and depend on no processor: whoever changes one changes every run with the same seed, or every file of its kind.
// `npm run record:results` records what does depend on the processor.
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createCatalogue,
  createDomainBatches,
  createRandom,
  createSeed,
  defineDataset,
  definePlugin,
  type Experiment,
  encodeSafetensors,
  type LoadedBatch,
  loadDomains,
  type Sample,
  silentReporter,
  writeScoreFile,
} from '@gradalign/core';
import { createImageLoader } from '@gradalign/core/images';
import { Type } from '@sinclair/typebox';
import { afterAll, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'gradalign recorded-'));
afterAll(() => rmSync(folder, { recursive: true }));

const digest = (data: Uint8Array | string) => createHash('sha256').update(data).digest('hex').slice(0, 16);
const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array) => new Uint8Array(buffer, byteOffset, byteLength);

/** Six subjects with a live clip and an attack of three frames each; an image is 4 x 4 pixels that tell subject, label and frame. */
const samplesOf = (domain: string): Sample[] =>
  Array.from({ length: 36 }, (_, i) => {
    const [subject, label, frame] = [Math.floor(i / 6), Math.floor(i / 3) % 2, i % 3];
    const pixels = Uint8Array.from({ length: 16 }, (_, at) => 40 * subject + 20 * label + 5 * frame + at / 4);
    const image = { pixels, width: 4, height: 4, channels: 1 } as const;
    return { id: `${domain}${subject}/${label}/${frame}`, image, label, split: 'train', subject: `s${subject}`, video: `${subject}/${label}`, frame };
  });

it('random numbers: the first three of keys 7, stream, 0', () => {
  const random = createRandom([7, 'stream', 0]);
  expect([random.uniform(), random.integer(1000), random.chance(0.5)]).toEqual([0.5629643071442842, 852, false]);
  expect(digest(JSON.stringify(Array.from({ length: 1000 }, () => [random.uniform(), random.normal()])))).toBe('449015c75d21db8c');
  expect(random.shuffle('abcdefgh'.split('')).join('')).toBe('gehacfbd');
});

it('sampling: which clip and frame each step of two epochs sees, and the values of its two views', async () => {
  await using loader = createImageLoader({ image: { size: 4, mean: [0.5], std: [0.25] }, augment: [], pluginFiles: [], workers: 0, seed: 7 });
  const domains = ['a', 'b'].map((name) => ({ name, samples: samplesOf(name) }));
  const batches = createDomainBatches({ domains, perDomain: 4, balance: ['domain', 'label'], views: 2, seed: createSeed(7), loader });
  const seen: LoadedBatch['samples'][] = [];
  const values = createHash('sha256');
  for (const epoch of [0, 1]) {
    for await (const { samples, images } of batches.epoch(epoch)) {
      seen.push(samples);
      values.update(bytesOf(images));
    }
  }
  expect(seen).toHaveLength(6);
  expect(seen[0]?.map(({ id }) => id).join(' ')).toBe('a1/0/2 a2/0/1 a4/1/0 a3/1/2 b1/0/0 b0/0/1 b2/1/0 b0/1/1');
  expect(digest(seen.flatMap((samples) => samples.map(({ id }) => id)).join())).toBe('ce722bd85f3f86a2');
  expect(values.digest('hex').slice(0, 16)).toBe('ae456693a10ff42c');
});

it('hold-out: which subjects each domain keeps from training', async () => {
  const dataset = defineDataset({
    name: 'recorded',
    summary: '',
    options: Type.Object({}),
    create: async (_, { domain }) => ({ classes: ['attack', 'live'], samples: samplesOf(domain) }),
  });
  const catalogue = createCatalogue([{ plugin: definePlugin({ name: 'recorded', items: [dataset] }), from: 'recorded' }]);
  const source = { a: { use: 'recorded' }, b: { use: 'recorded' }, c: { use: 'recorded' } };
  const data = { source, target: {}, splits: { source: ['train'], target: ['test'] }, holdOut: 0.34 };
  const { sources } = await loadDomains({ data } as unknown as Experiment, catalogue, createSeed(7), silentReporter);
  expect(sources.map(({ name, heldOut }) => [name, ...new Set(heldOut.map(({ subject }) => subject))].join(' '))).toEqual(['a s2 s4', 'b s4 s5', 'c s1 s2']);
});

it('safetensors: header and bytes of two tensors with metadata', () => {
  const bytes = encodeSafetensors(
    { 'head/kernel': { shape: [2, 2], data: Float32Array.of(1, -0.5, 1e-30, 0.1) }, step: { shape: [], data: Int32Array.of(7) } },
    { epoch: '3' },
  );
  expect(
    Buffer.from(bytes)
      .toString('latin1', 8, 8 + Number(Buffer.from(bytes).readBigUInt64LE(0)))
      .trim(),
  ).toBe(
    '{"__metadata__":{"epoch":"3"},"head/kernel":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]},"step":{"dtype":"I32","shape":[],"data_offsets":[16,20]}}',
  );
  expect(digest(bytes)).toBe('10788b118b6f39e0');
});

it('a score file: every byte', () => {
  const path = join(folder, 'scores.csv');
  writeScoreFile(
    path,
    samplesOf('a').map((sample, i) => ({ sample, domain: 'a', probabilities: [1 - i / 37, i / 37] })),
  );
  expect(digest(readFileSync(path))).toBe('1d3b165cc53279e9');
});
