import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageFolder } from '../files/package-folder.ts';

/** `gpu` computes on NVIDIA GPUs, and on the CPU where an operation has no GPU kernel. */
export type Variant = 'cpu' | 'gpu';

/** A pinned wheel: only the file with this digest is ever unpacked. */
export interface PinnedWheel {
  readonly project: string;
  readonly version: string;
  readonly file: string;
  /** bytes */
  readonly size: number;
  readonly sha256: string;
  /** Which files to unpack: paths inside the wheel, where `*` matches anything but a slash. */
  readonly members: readonly string[];
}

/** One pinned build of the engine. */
export interface PinnedEngine {
  /** Version of TensorFlow. */
  readonly tensorflow: string;
  readonly wheels: readonly PinnedWheel[];
}

/** engine.lock.json: the pinned engine of every platform, keyed `<variant>-<platform>-<arch>`. */
export interface EngineLock {
  readonly format: 1;
  readonly engines: Readonly<Record<string, PinnedEngine>>;
}

export function readEngineLock(file: string = join(packageFolder, 'engine.lock.json')): EngineLock {
  return JSON.parse(readFileSync(file, 'utf8')) as EngineLock;
}

/** `cpu-linux-x64` */
export function platformKey(variant: Variant): string {
  return `${variant}-${process.platform}-${process.arch}`;
}

/** Named after the engine's content: the same pins give the same folder in every checkout. */
export function engineFolderName(key: string, pinned: PinnedEngine): string {
  const content = JSON.stringify(pinned.wheels.map((wheel) => [wheel.sha256, wheel.members]));
  return `tensorflow-${pinned.tensorflow}-${key}-${createHash('sha256').update(content).digest('hex').slice(0, 10)}`;
}
