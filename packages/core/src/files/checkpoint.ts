import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describeWriteError } from '@gradalign/engine/files';
import { type Static, Type } from '@sinclair/typebox';
import * as tf from '@tensorflow/tfjs-core';
import { cannot, UserError } from '../contracts/errors.ts';
import type { State } from '../contracts/state.ts';
import type { Weights } from '../contracts/weights.ts';
import { describeReadError } from './describe-read-error.ts';
import { readBounded } from './read-bounded.ts';
import { decodeSafetensors, encodeSafetensors, maxSafetensorsBytes, type StoredTensor } from './safetensors.ts';
import { openSealed, seal } from './sealed-json.ts';
import { byName, shapeProblem } from './shape-problem.ts';
import { syncFolder } from './sync-folder.ts';
import { removeQuietly, writeSynced } from './write-atomically.ts';

/** Format 2 added `sha256`, the digest of checkpoint.json itself. Format 1 can still be read. */
const format = 2;

/** The content of `checkpoint.json`. Anything else in it is damage. */
const manifestShape = Type.Object(
  {
    format: Type.Literal(format),
    time: Type.String(),
    values: Type.Unknown(),
    /** The JSON values of each owner's state. */
    states: byName(byName(Type.Unknown())),
    files: Type.Object(
      { 'model.safetensors': fileShape(), 'state.safetensors': fileShape() },
      { additionalProperties: false, description: 'Size and digest of each file beside it' },
    ),
  },
  { additionalProperties: false },
);

type Manifest = Static<typeof manifestShape>;

function fileShape() {
  return Type.Object({ bytes: Type.Integer({ minimum: 0, maximum: maxSafetensorsBytes }), sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }) });
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
 * @param folder An existing folder.
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
    mkdirSync(stage);
    const files = {} as Record<keyof Manifest['files'], { bytes: number; sha256: string }>;
    for (const [file, tensors] of Object.entries({ 'model.safetensors': model, 'state.safetensors': state })) {
      const bytes = encodeSafetensors(await stored(tensors));
      writeSynced(join(stage, file), bytes);
      files[file as keyof Manifest['files']] = { bytes: bytes.length, sha256: sha256(bytes) };
    }
    const plain = Object.fromEntries(Object.entries(states).map(([owner, own]) => [owner, own.values ?? {}]));
    const manifest: Manifest = { format, time: new Date().toISOString(), values, states: plain, files };
    writeSynced(join(stage, 'checkpoint.json'), `${JSON.stringify(seal(manifest), null, 2)}\n`);
    syncFolder(stage);
    rmSync(path, { recursive: true, force: true });
    renameSync(stage, path);
    syncFolder(folder);
  } catch (cause) {
    removeQuietly(stage);
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
  const read = (file: keyof Manifest['files']): Record<string, StoredTensor> => {
    const recorded = manifest.files[file];
    let bytes: Buffer;
    try {
      bytes = readBounded(join(path, file), maxSafetensorsBytes);
    } catch (cause) {
      throw cannot(`read checkpoint ${path}`, `${file}: ${describeReadError(cause)}`, 'a whole checkpoint', { cause });
    }
    if (bytes.length !== recorded.bytes) throw damaged(path, `${file} is damaged: it has ${bytes.length} bytes of ${recorded.bytes}`);
    if (sha256(bytes) !== recorded.sha256) throw damaged(path, `${file} is damaged: its digest is not the recorded one`);
    return decodeSafetensors(bytes, join(path, file)).tensors;
  };
  // Both files are checked before the first tensor is made.
  const [model, state] = [read('model.safetensors'), read('state.safetensors')];
  const weights = toTensors(model);
  const tensors = toTensors(state);
  const states: Record<string, { values: Readonly<Record<string, unknown>>; tensors: Record<string, tf.Tensor> }> = Object.create(null);
  for (const [owner, values] of Object.entries(manifest.states)) states[owner] = { values, tensors: {} };
  for (const [key, tensor] of Object.entries(tensors)) {
    const [owner = '', name = ''] = split(key);
    states[owner] ??= { values: {}, tensors: {} };
    states[owner].tensors[name] = tensor;
  }
  return { name: basename(path), weights, states: { ...states }, values: manifest.values, [Symbol.dispose]: () => tf.dispose([weights, tensors]) };
}

/**
 * The values of the checkpoint in this folder, without its tensors.
 *
 * @throws UserError where its checkpoint.json is missing or damaged, or was written by a newer version.
 */
export function readCheckpointValues(path: string): unknown {
  return readManifest(path).values;
}

/**
 * The values of the newest checkpoint in a folder whose checkpoint.json is sound; its tensors are not read. Undefined where there is none.
 *
 * @throws UserError where the newest was written by a newer version of gradalign.
 */
export function latestCheckpointValues(folder: string): unknown {
  for (const name of listCheckpoints(folder)) {
    try {
      return readCheckpointValues(join(folder, name));
    } catch (error) {
      if (!(error instanceof UserError) || error instanceof NewerFormatError) throw error;
    }
  }
  return undefined;
}

/** A checkpoint that was not used, and why. */
export interface RefusedCheckpoint {
  /** Of its folder. */
  readonly name: string;
  /** The message of the error. */
  readonly why: string;
}

/**
 * The newest sound checkpoint in a folder, by the numbers in its name (`epoch-0004` comes before `epoch-0004-step-00012`); undefined where there is none.
 * Each is checked by its digests, from the newest back, until one is sound.
 *
 * @param onRefused Called for each damaged one that was passed over.
 * @param accept Throws a UserError where the values of a checkpoint are not what the caller needs: it is passed over as well.
 * @throws UserError where the newest was written by a newer version of gradalign.
 */
export async function loadLatestCheckpoint(
  folder: string,
  onRefused: (refused: RefusedCheckpoint) => void,
  accept: (checkpoint: Checkpoint) => void = () => {},
): Promise<Checkpoint | undefined> {
  for (const name of listCheckpoints(folder)) {
    let checkpoint: Checkpoint | undefined;
    try {
      checkpoint = await loadCheckpoint(join(folder, name));
      accept(checkpoint);
      return checkpoint;
    } catch (error) {
      checkpoint?.[Symbol.dispose]();
      if (!(error instanceof UserError) || error instanceof NewerFormatError) throw error;
      onRefused({ name, why: error.message });
    }
  }
  return undefined;
}

/** Names of the checkpoints in a folder, the newest first, by the numbers in their names; nothing is read. Empty where there is no such folder. */
export function listCheckpoints(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((entry) => !entry.startsWith('.'))
    .sort((a, b) => comparePositions(numbers(b), numbers(a)) || (a < b ? 1 : -1));
}

class NewerFormatError extends UserError {}

function numbers(name: string): number[] {
  return (name.match(/\d+/g) ?? []).map(Number);
}

function comparePositions(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) if ((a[i] ?? -1) !== (b[i] ?? -1)) return (a[i] ?? -1) - (b[i] ?? -1);
  return 0;
}

function readManifest(path: string): Manifest {
  const file = join(path, 'checkpoint.json');
  let read: unknown;
  try {
    read = JSON.parse(readBounded(file, 2 ** 26).toString());
  } catch (cause) {
    const is = (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'it has no checkpoint.json' : `checkpoint.json: ${describeReadError(cause)}`;
    throw cannot(`read checkpoint ${path}`, is, 'a whole checkpoint', { cause });
  }
  if (typeof read !== 'object' || read === null || Array.isArray(read)) throw damaged(path, 'checkpoint.json is damaged: it is not an object');
  const found = (read as { readonly format?: unknown }).format;
  if (Number.isInteger(found) && (found as number) > format && openSealed(read) !== undefined && Object.hasOwn(read, 'sha256')) {
    throw new NewerFormatError(
      `Cannot read checkpoint ${path}: its format is ${found}, expected format ${format} or older (it was written by a newer gradalign)`,
    );
  }
  const sealed = Object.hasOwn(read, 'sha256');
  if (found !== format && !(found === 1 && !sealed)) {
    throw damaged(path, `its format is ${JSON.stringify(found)}, which is not a format of gradalign's checkpoints, or damaged`);
  }
  if (found === format && !sealed) throw damaged(path, 'checkpoint.json is damaged: it has no digest');
  const content = openSealed(read);
  if (content === undefined) throw damaged(path, 'checkpoint.json is damaged: its digest is not that of its content');
  const manifest = { ...content, format };
  const problem = shapeProblem(manifestShape, manifest);
  if (problem !== undefined) throw damaged(path, `checkpoint.json is damaged: ${problem}`);
  return manifest as Manifest;
}

function damaged(path: string, is: string): UserError {
  return cannot(`read checkpoint ${path}`, is, 'the files as they were written (take an earlier checkpoint)');
}

function toTensors(stored: Readonly<Record<string, StoredTensor>>): Record<string, tf.Tensor> {
  return Object.fromEntries(Object.entries(stored).map(([name, { shape, data }]) => [name, tf.tensor(data, [...shape])]));
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
