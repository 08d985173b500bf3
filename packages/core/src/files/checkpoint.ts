import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { cannot } from '../contracts/errors.ts';
import type { State } from '../contracts/state.ts';
import type { Weights } from '../contracts/weights.ts';
import { decodeSafetensors, encodeSafetensors, type StoredTensor } from './safetensors.ts';
import { describeWriteError, writeSynced } from './write-atomically.ts';

const format = 1;

/** The content of `checkpoint.json`. */
interface Manifest {
  readonly format: number;
  readonly time: string;
  readonly values: unknown;
  /** The JSON values of each owner's state. */
  readonly states: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly files: Readonly<Record<string, { readonly bytes: number; readonly sha256: string }>>;
}

/** What a checkpoint holds. */
export interface CheckpointContent {
  /** All parameters and statistics; they stay the caller's. */
  readonly weights: Weights;
  /** By owner (`optimizer`, `callback0`); an owner's name has no colon. */
  readonly states: Readonly<Record<string, State>>;
  /** How far the run is, as JSON. */
  readonly values: unknown;
}

/**
 * Writes `<folder>/<name>/`: model.safetensors (parameters and statistics), state.safetensors (`<owner>:<name>`), checkpoint.json with digests.
 * Written to a temporary folder that is then renamed, so that it exists complete or not at all; earlier checkpoints are not touched. Returns its path.
 *
 * @throws UserError where the disk is full or the folder cannot be written to.
 */
export async function saveCheckpoint(folder: string, name: string, { weights, states, values }: CheckpointContent): Promise<string> {
  const path = join(folder, name);
  const stage = join(folder, `.${name}.${process.pid}.tmp`);
  const model = Object.fromEntries([...weights.parameters, ...weights.statistics]);
  const state = Object.fromEntries(
    Object.entries(states).flatMap(([owner, { tensors = {} }]) => Object.entries(tensors).map(([key, tensor]) => [`${owner}:${key}`, tensor])),
  );
  try {
    rmSync(stage, { recursive: true, force: true });
    mkdirSync(stage, { recursive: true });
    const files: Record<string, { bytes: number; sha256: string }> = {};
    for (const [file, tensors] of Object.entries({ 'model.safetensors': model, 'state.safetensors': state })) {
      const bytes = encodeSafetensors(await stored(tensors));
      writeSynced(join(stage, file), bytes);
      files[file] = { bytes: bytes.length, sha256: sha256(bytes) };
    }
    const plain = Object.fromEntries(Object.entries(states).map(([owner, own]) => [owner, own.values ?? {}]));
    const manifest: Manifest = { format, time: new Date().toISOString(), values, states: plain, files };
    writeSynced(join(stage, 'checkpoint.json'), `${JSON.stringify(manifest, null, 2)}\n`);
    rmSync(path, { recursive: true, force: true });
    renameSync(stage, path);
  } catch (cause) {
    rmSync(stage, { recursive: true, force: true });
    throw cannot(`save checkpoint ${path}`, describeWriteError(cause), 'room on the disk; the checkpoints before it are untouched', { cause });
  }
  return path;
}

/** A checkpoint in memory. The caller disposes it, which disposes its tensors. */
export interface Checkpoint extends Disposable {
  /** Of its folder. */
  readonly name: string;
  /** Parameters and statistics by weight name. */
  readonly weights: Record<string, tf.Tensor>;
  /** By owner, as they were saved. */
  readonly states: Record<string, State>;
  /** How far the run was, as JSON. */
  readonly values: unknown;
}

/**
 * Reads the checkpoint in this folder and checks each file against the digest that was recorded when it was written.
 *
 * @throws UserError where it is not a checkpoint, was written by a newer version, or is damaged.
 */
export async function loadCheckpoint(path: string): Promise<Checkpoint> {
  const manifest = readManifest(path);
  const read = (file: string): Record<string, tf.Tensor> => {
    const bytes = readFileSync(join(path, file));
    if (sha256(bytes) !== manifest.files[file]?.sha256) {
      throw cannot(
        `read checkpoint ${path}`,
        `${file} is damaged: its digest is not the recorded one`,
        'the file as it was written (take an earlier checkpoint)',
      );
    }
    const { tensors } = decodeSafetensors(bytes, join(path, file));
    return Object.fromEntries(Object.entries(tensors).map(([name, { shape, data }]) => [name, tf.tensor(data, [...shape])]));
  };
  const weights = read('model.safetensors');
  const tensors = read('state.safetensors');
  const states: Record<string, { values: Readonly<Record<string, unknown>>; tensors: Record<string, tf.Tensor> }> = {};
  for (const [owner, values] of Object.entries(manifest.states)) states[owner] = { values, tensors: {} };
  for (const [key, tensor] of Object.entries(tensors)) {
    const [owner = '', name = ''] = split(key);
    states[owner] ??= { values: {}, tensors: {} };
    states[owner].tensors[name] = tensor;
  }
  return { name: basename(path), weights, states, values: manifest.values, [Symbol.dispose]: () => tf.dispose([weights, tensors]) };
}

/** A checkpoint that `latestCheckpoint` found. */
export interface FoundCheckpoint {
  readonly name: string;
  readonly path: string;
  /** Names of incomplete checkpoints in the same folder. */
  readonly damaged: readonly string[];
}

/** The newest complete checkpoint in a folder, by the time it was written; undefined where there is none. Looks at sizes, not at digests. */
export function latestCheckpoint(folder: string): FoundCheckpoint | undefined {
  if (!existsSync(folder)) return undefined;
  const damaged: string[] = [];
  const whole: { readonly name: string; readonly time: string }[] = [];
  for (const name of readdirSync(folder)
    .filter((entry) => !entry.startsWith('.'))
    .sort()) {
    try {
      const { time, files } = readManifest(join(folder, name));
      for (const [file, { bytes }] of Object.entries(files)) if (statSync(join(folder, name, file)).size !== bytes) throw new Error(`${file} has another size`);
      whole.push({ name, time });
    } catch {
      damaged.push(name);
    }
  }
  const newest = whole.sort((a, b) => (a.time < b.time || (a.time === b.time && a.name < b.name) ? -1 : 1)).at(-1);
  return newest && { name: newest.name, path: join(folder, newest.name), damaged };
}

function readManifest(path: string): Manifest {
  const file = join(path, 'checkpoint.json');
  let manifest: Manifest;
  try {
    manifest = JSON.parse(readFileSync(file, 'utf8')) as Manifest;
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw cannot(`read checkpoint ${path}`, code === 'ENOENT' ? 'it has no checkpoint.json' : message, 'a whole checkpoint', { cause });
  }
  if (manifest.format !== format) {
    throw cannot(
      `read checkpoint ${path}`,
      `its format is ${manifest.format}`,
      `format ${format} (it was written by a newer gradalign, or is not a gradalign checkpoint)`,
    );
  }
  return manifest;
}

async function stored(tensors: Readonly<Record<string, tf.Tensor>>): Promise<Record<string, StoredTensor>> {
  const out: Record<string, StoredTensor> = {};
  for (const [name, tensor] of Object.entries(tensors)) out[name] = { shape: tensor.shape, data: (await tensor.data()) as Float32Array };
  return out;
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Owner before the first colon, name after it. */
function split(key: string): [owner: string, name: string] {
  const at = key.indexOf(':');
  return [key.slice(0, at), key.slice(at + 1)];
}
