import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Catalogue,
  completeOptions,
  createDataset,
  createSeed,
  loadCatalogue,
  loadExperiment,
  loadLatestCheckpoint,
  loadStudy,
  readDecisions,
  readRunResults,
  readSafetensors,
  readScores,
  UserError,
} from '@gradalign/core';
import { loadEngine } from '@gradalign/engine';
import { mutate } from './mutate.ts';
import type { Random } from './random.ts';

/** A reader with files it reads. */
export interface Reader {
  /** Path below the case's folder. */
  readonly file: string;
  originals(work: string): Promise<readonly Uint8Array[]>;
  /** Throws an error for users where it refuses; otherwise false where what it read is not what the original says and it promises to find that. */
  read(file: string, place: ReaderPlace): Promise<boolean | undefined>;
  /** Damages an original; by default {@link mutate} with these pieces. */
  damage?(original: Uint8Array, random: Random): Uint8Array;
  readonly pieces?: readonly Buffer[];
}

/** What a reader may need besides its file. */
export interface ReaderPlace {
  /** Holds `inputs`, and `whole` with a finished run. */
  readonly work: string;
  /** The case's own folder. */
  readonly folder: string;
  readonly original: Uint8Array;
}

/** Texts as pieces to put in. */
export const words = (...texts: string[]) => texts.map((text) => Buffer.from(text, 'latin1'));

const yamlPieces = words(
  'extends: experiment.yaml\n',
  '  a: &x [*x]\n',
  'use: toString',
  '"**/**/**": 1',
  '? [a]\n',
  '!!binary ',
  '{ use: ema }',
  'callbacks:',
  'seeds: [0, 1e3]\n',
  'protocols: [ocim]\n',
  ['$', '{X:-1}'].join(''),
);
const jsonPieces = words(
  '"__proto__": {}',
  '"values": {}',
  '"sha256": "0"',
  '1e999',
  '"format": 1',
  '"format": 3',
  'null',
  '[]',
  '"threshold": 0',
  '"hter": 0',
);
const resolveFrom = [import.meta.url];
const lastCheckpoint = 'whole/runs/one/checkpoints/epoch-0003';
const fileOf = (path: string) => async (work: string) => [readFileSync(join(work, path))];

/** Readers of what experiments and runs are made of, by the name that the report gives them. */
export const readers: Readonly<Record<string, Reader>> = {
  YAML: {
    file: 'experiment.yaml',
    originals: fileOf('inputs/experiment.yaml'),
    async read(file) {
      await loadExperiment(file, { env: {}, resolveFrom });
      return undefined;
    },
    pieces: yamlPieces,
  },
  'study YAML': {
    file: 'study.yaml',
    originals: fileOf('inputs/study.yaml'),
    async read(file, { work, folder }) {
      if (!existsSync(join(folder, 'experiment.yaml'))) cpSync(join(work, 'inputs/experiment.yaml'), join(folder, 'experiment.yaml'));
      loadStudy(file, { env: {}, resolveFrom });
      return undefined;
    },
    pieces: yamlPieces,
  },
  safetensors: {
    file: 'weights.safetensors',
    originals: fileOf(`${lastCheckpoint}/model.safetensors`),
    async read(file) {
      readSafetensors(file);
      return undefined;
    },
    pieces: words('"__proto__"', '"shape":[4294967296,4294967296]', '"data_offsets":[0,0]', '"dtype":"F16"', '[0,99999999999]', '{"__metadata__":{"a":1}}'),
  },
  checkpoint: {
    file: 'checkpoints/epoch-0003/checkpoint.json',
    originals: fileOf(`${lastCheckpoint}/checkpoint.json`),
    async read(file, { work, folder, original }) {
      for (const name of ['model.safetensors', 'state.safetensors'])
        if (!existsSync(join(file, '..', name))) cpSync(join(work, lastCheckpoint, name), join(file, '..', name));
      await loadEngine();
      let why = '';
      using found = await loadLatestCheckpoint(join(folder, 'checkpoints'), (refused) => {
        why = refused.why;
      });
      if (!found) throw new UserError(why);
      return JSON.stringify(found.values) === JSON.stringify(JSON.parse(Buffer.from(original).toString()).values);
    },
    pieces: jsonPieces,
  },
  results: {
    file: 'results.json',
    originals: fileOf('whole/runs/one/results.json'),
    async read(file, { original }) {
      const { sha256: _, ...wanted } = JSON.parse(Buffer.from(original).toString());
      return JSON.stringify(readRunResults(file)) === JSON.stringify(wanted);
    },
    pieces: jsonPieces,
  },
  decisions: {
    file: 'decisions.json',
    originals: fileOf('whole/trained/decisions.json'),
    async read(file, { original }) {
      const { decisions } = JSON.parse(Buffer.from(original).toString());
      return JSON.stringify(Object.fromEntries(readDecisions({ decisions: file }))) === JSON.stringify(decisions);
    },
    pieces: jsonPieces,
  },
  manifest: {
    file: 'data/manifest.csv',
    originals: fileOf('whole/prepared/manifest.csv'),
    async read(file, { work, folder }) {
      const root = join(folder, 'data');
      if (!existsSync(join(root, 'report.json'))) {
        const damaged = readFileSync(file);
        cpSync(join(work, 'whole/prepared'), root, { recursive: true });
        writeFileSync(file, damaged);
      }
      catalogue ??= await loadCatalogue(['@gradalign/datasets'], { resolveFrom });
      const options = completeOptions(catalogue.find('dataset', 'manifest'), { root });
      await createDataset('a', { use: 'manifest', ...options }, catalogue, createSeed(1));
      return undefined;
    },
    pieces: words('"', '""', ';', '\t', '../../../etc/passwd', 'path,label\n', 'sep=;\n', 'toString', '\r'),
  },
  scores: {
    file: 'scores.csv',
    originals: fileOf('whole/runs/one/scores/c.csv'),
    async read(file) {
      await readScores(file, { ids: true });
      return undefined;
    },
    pieces: words('"', ';', 'sep=;\n', 'nan', 'inf', 'None', '\xef\xbb\xbf', 'true,true'),
  },
};

let catalogue: Catalogue | undefined;

/** Writes a damaged copy of one of the originals to the reader's file. */
export function writeDamaged(reader: Reader, file: string, original: Uint8Array, random: Random): void {
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, reader.damage?.(original, random) ?? mutate(original, random, reader.pieces));
}
