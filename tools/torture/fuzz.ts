import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  completeOptions,
  createDataset,
  createSeed,
  loadCatalogue,
  loadLatestCheckpoint,
  readRunResults,
  readSafetensors,
  readScores,
  UserError,
} from '@gradalign/core';
import { decodeImage } from '@gradalign/core/images';
import { loadEngine } from '@gradalign/engine';
import { ScoreFileError } from '@gradalign/metrics';
import sharp from 'sharp';
import { type Case, inProcess } from './damage.ts';
import { mutate } from './mutate.ts';
import { brokenPromise } from './promise.ts';
import { type Random, randomOf } from './random.ts';

/** A reader with files it reads; `read` throws an error for users where it refuses, and returns whether what it read is right. */
interface Reader {
  readonly file: string;
  originals(work: string): Promise<readonly Uint8Array[]>;
  read(file: string, folder: string, original: Uint8Array): Promise<boolean | undefined>;
  readonly pieces?: readonly Buffer[];
}

const words = (...texts: string[]) => texts.map((text) => Buffer.from(text));

const readers: Readonly<Record<string, Reader>> = {
  YAML: {
    file: 'experiment.yaml',
    originals: async (work) => [readFileSync(join(work, 'inputs/experiment.yaml'))],
    async read(file) {
      const ended = await inProcess(['validate', file]);
      const broken = brokenPromise(ended);
      if (broken !== undefined) throw new Error(broken);
      if (ended.status !== 0) throw new UserError(ended.err);
      return undefined;
    },
    pieces: words(
      'extends: experiment.yaml\n',
      '  a: &x [*x]\n',
      'use: toString',
      '"**/**/**": 1',
      '? [a]\n',
      '!!binary ',
      '{ use: ema }',
      'callbacks:',
      ['$', '{X:-1}'].join(''),
    ),
  },
  safetensors: {
    file: 'weights.safetensors',
    originals: async (work) => [readFileSync(join(work, 'whole/runs/one/checkpoints/epoch-0003/model.safetensors'))],
    async read(file) {
      readSafetensors(file);
      return undefined;
    },
    pieces: words('"__proto__"', '"shape":[4294967296,4294967296]', '"data_offsets":[0,0]', '"dtype":"F16"', '[0,99999999999]', '{"__metadata__":{"a":1}}'),
  },
  checkpoint: {
    file: 'checkpoints/epoch-0003/checkpoint.json',
    originals: async (work) => [readFileSync(join(work, 'whole/runs/one/checkpoints/epoch-0003/checkpoint.json'))],
    async read(file, folder, original) {
      for (const name of ['model.safetensors', 'state.safetensors'])
        writeFileSync(join(file, '..', name), readFileSync(join(folder, '../../whole/runs/one/checkpoints/epoch-0003', name)));
      await loadEngine();
      let why = '';
      using found = await loadLatestCheckpoint(join(folder, 'checkpoints'), (refused) => {
        why = refused.why;
      });
      if (!found) throw new UserError(why);
      return JSON.stringify(found.values) === JSON.stringify(JSON.parse(Buffer.from(original).toString()).values);
    },
    pieces: words('"epoch": 4', '"format": 1', '"format": 3', '"sha256": "0"', '"values": {}', '"__proto__": {}'),
  },
  results: {
    file: 'results.json',
    originals: async (work) => [readFileSync(join(work, 'whole/runs/one/results.json'))],
    async read(file, _, original) {
      const { sha256: __, ...wanted } = JSON.parse(Buffer.from(original).toString());
      return JSON.stringify(readRunResults(file)) === JSON.stringify(wanted);
    },
    pieces: words('"hter": 0', '"sha256": "0"', '"epochs": 3', '1e999'),
  },
  manifest: {
    file: 'data/manifest.csv',
    originals: async (work) => [readFileSync(join(work, 'whole/prepared/manifest.csv'))],
    async read(file, folder) {
      if (!existsSync(join(file, '..', 'a')) && !existsSync(join(file, '..', 'image-folder')))
        cpSync(join(folder, '../../whole/prepared'), join(file, '..'), { recursive: true, force: false });
      const catalogue = await loadCatalogue(['@gradalign/datasets'], { folder: import.meta.dirname });
      const options = completeOptions(catalogue.find('dataset', 'manifest'), { root: join(file, '..') });
      await createDataset('a', { use: 'manifest', ...options }, catalogue, createSeed(1));
      return undefined;
    },
    pieces: words('"', '""', ';', '\t', '../../../etc/passwd', 'path,label\n', 'sep=;\n', 'toString', '\r'),
  },
  scores: {
    file: 'scores.csv',
    originals: async (work) => [readFileSync(join(work, 'whole/runs/one/scores/c.csv'))],
    async read(file) {
      await readScores(file, { ids: true });
      return undefined;
    },
    pieces: words('"', ';', 'sep=;\n', 'nan', 'inf', 'None', '\ufeff', 'true,true'),
  },
  images: {
    file: 'picture.jpg',
    originals: async () => {
      const picture = sharp({
        create: { width: 40, height: 30, channels: 3, background: { r: 90, g: 120, b: 30 }, noise: { type: 'gaussian', mean: 120, sigma: 30 } },
      });
      return await Promise.all((['jpeg', 'png', 'webp', 'tiff', 'gif'] as const).map((format) => picture.clone().toFormat(format).toBuffer()));
    },
    async read(file) {
      await decodeImage({ path: file }, { channels: 3 });
      return undefined;
    },
    pieces: words('\xff\xd8', '\xff\xda', 'IHDR', 'IDAT', 'Exif', '<svg xmlns="http://www.w3.org/2000/svg"/>', 'RIFF', 'II*\0'),
  },
};

/** Names of the readers. */
const readerNames: readonly string[] = Object.keys(readers);
const known = ['UserError', 'ConfigurationError', 'DivergedError', 'ScoreFileError'];
const tried = new Set<string>();
const kept = new Map<string, readonly Uint8Array[]>();

/** Hands one changed file to a reader. */
export async function fuzzCase({ work, folder, seed, index }: Case): Promise<{ kind: string; ended: string; broken?: string }> {
  const kind = readerNames[index % readerNames.length] as string;
  const reader = readers[kind] as Reader;
  const random: Random = randomOf(seed, `fuzz ${index}`);
  if (!kept.has(kind)) kept.set(kind, await reader.originals(work));
  const original = random.pick(kept.get(kind) as readonly Uint8Array[]);
  const file = join(folder, reader.file);
  rmSync(file, { force: true });
  mkdirSync(join(file, '..'), { recursive: true });
  if (!tried.has(kind)) {
    // A reader that refuses what is whole would prove nothing.
    tried.add(kind);
    writeFileSync(file, original);
    await reader.read(file, folder, original);
  }
  writeFileSync(file, mutate(original, random, reader.pieces));
  const began = performance.now();
  try {
    const right = await reader.read(file, folder, original);
    if (right === false) return { kind, ended: 'broken', broken: `case ${index}: read as something else` };
    return { kind, ended: 'read' };
  } catch (error) {
    const { name, message } = error as Error;
    if (error instanceof UserError || error instanceof ScoreFileError || known.includes(name)) return { kind, ended: 'refused' };
    return { kind, ended: 'broken', broken: `case ${index}: ${name}: ${message.slice(0, 300)}` };
  } finally {
    if (performance.now() - began > 5000) process.stderr.write(`slow: fuzz case ${index} (${kind}) took ${Math.round(performance.now() - began)} ms\n`);
  }
}
