import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { EngineError } from './engine-error.ts';

export type Variant = 'cpu' | 'gpu';

/** One wheel, pinned: only this file with this digest is ever unpacked. */
export interface PinnedWheel {
  readonly project: string;
  readonly version: string;
  readonly file: string;
  /** bytes */
  readonly size: number;
  readonly sha256: string;
  /** What is unpacked: names within the wheel, where `*` stands for anything but a slash. */
  readonly members: readonly string[];
}

export interface PinnedEngine {
  /** Version of TensorFlow. */
  readonly tensorflow: string;
  readonly wheels: readonly PinnedWheel[];
}

/** The pins of every platform, keyed `<variant>-<platform>-<arch>`; the package's engine.lock.json. */
export interface EngineLock {
  readonly format: 1;
  readonly engines: Readonly<Record<string, PinnedEngine>>;
}

export function readEngineLock(file: URL | string = new URL('../engine.lock.json', import.meta.url)): EngineLock {
  return JSON.parse(readFileSync(file, 'utf8')) as EngineLock;
}

/** `cpu-linux-x64` */
export function platformKey(variant: Variant, platform: string = process.platform, arch: string = process.arch): string {
  return `${variant}-${platform}-${arch}`;
}

/** @throws EngineError where nothing is pinned for this platform. */
export function pinnedEngine(lock: EngineLock, variant: Variant): PinnedEngine {
  const key = platformKey(variant);
  const pinned = lock.engines[key];
  if (pinned !== undefined) return pinned;
  const advice = process.platform === 'win32' ? ' On Windows, run gradalign inside WSL2.' : ' The wasm engine works everywhere and needs no installation.';
  throw new EngineError(`Cannot install the native engine: there is none for ${key}, expected one of ${Object.keys(lock.engines).join(', ')}.${advice}`);
}

/** Names the engine by its content: the same pins give the same folder, whichever checkout asks. */
export function engineFolderName(key: string, pinned: PinnedEngine): string {
  const digest = createHash('sha256').update(JSON.stringify(pinned.wheels.map((wheel) => [wheel.sha256, wheel.members])));
  return `tensorflow-${pinned.tensorflow}-${key}-${digest.digest('hex').slice(0, 10)}`;
}
