import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from '../files/cache-folder.ts';
import { bindingFolderName, bindingId } from './binding.ts';
import { type EngineLock, engineFolderName, type PinnedEngine, platformKey, readEngineLock, type Variant } from './engine-lock.ts';
import { readManifest, sizeProblem } from './file-manifest.ts';

/** A native engine that is ready to load. */
export interface InstalledEngine {
  readonly variant: Variant;
  readonly dir: string;
  /** Folder of the binding built for this version of the package. */
  readonly binding: string;
}

/** State of one variant on this machine. */
export type EngineStatus =
  | { readonly variant: Variant; readonly state: 'unsupported'; readonly problem: string }
  | {
      readonly variant: Variant;
      readonly state: 'absent' | 'damaged' | 'no-binding';
      readonly dir: string;
      readonly pinned: PinnedEngine;
      readonly problem: string;
    }
  | { readonly variant: Variant; readonly state: 'ready'; readonly dir: string; readonly pinned: PinnedEngine; readonly binding: string };

export interface EngineLocation {
  /** The pins; the package's engine.lock.json by default. */
  readonly lock?: EngineLock | undefined;
  /** Folder of the engines; `GRADALIGN_CACHE` or the user's cache folder by default. */
  readonly cache?: string | undefined;
}

/** Checks that the files are there with the right sizes, not their content: about a millisecond. */
export function engineStatus(variant: Variant, { lock = readEngineLock(), cache = cacheFolder() }: EngineLocation = {}): EngineStatus {
  const key = platformKey(variant);
  const pinned = lock.engines[key];
  if (pinned === undefined) return { variant, state: 'unsupported', problem: `there is no native engine for ${key}` };
  const dir = join(cache, engineFolderName(key, pinned));
  const manifest = readManifest(dir);
  if (manifest === undefined) return { variant, state: 'absent', dir, pinned, problem: 'the native engine is not installed' };
  const problem = sizeProblem(dir, manifest);
  if (problem !== undefined) return { variant, state: 'damaged', dir, pinned, problem: `the native engine is damaged: in ${dir}, ${problem}` };
  const id = bindingId();
  if (id === undefined)
    return { variant, state: 'no-binding', dir, pinned, problem: 'this copy of @gradalign/engine has neither a binding nor the sources to compile one' };
  const binding = join(dir, bindingFolderName(id));
  const bindingManifest = readManifest(binding);
  if (bindingManifest === undefined || sizeProblem(binding, bindingManifest) !== undefined) {
    return { variant, state: 'no-binding', dir, pinned, problem: 'the native engine lacks the binding of this version of @gradalign/engine' };
  }
  return { variant, state: 'ready', dir, pinned, binding };
}

/** State of the variant to load: the GPU's where there is a GPU and that variant is ready, the CPU's otherwise. */
export function preferredEngine(location: EngineLocation = {}): EngineStatus {
  const gpu = hasNvidiaDevice() ? engineStatus('gpu', location) : undefined;
  return gpu?.state === 'ready' ? gpu : engineStatus('cpu', location);
}

/** Whether the operating system shows an NVIDIA device, directly or through WSL. */
export function hasNvidiaDevice(): boolean {
  return existsSync('/dev/nvidiactl') || existsSync('/dev/dxg');
}
