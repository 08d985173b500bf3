import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { bindingFiles, bindingId } from './binding.ts';
import { cacheFolder } from './cache-folder.ts';
import { type EngineLock, engineFolderName, platformKey, readEngineLock, type Variant } from './engine-lock.ts';

/** An engine that is ready to load. */
export interface InstalledEngine {
  readonly variant: Variant;
  readonly dir: string;
  /** Folder of the binding that belongs to this copy of the package. */
  readonly binding: string;
}

/** Where the engine of this platform stands, or will stand. Undefined where none is pinned. */
export function engineFolder(variant: Variant, lock: EngineLock = readEngineLock()): string | undefined {
  const pinned = lock.engines[platformKey(variant)];
  return pinned && join(cacheFolder(), engineFolderName(platformKey(variant), pinned));
}

/** The installed engine, the GPU's first where there is a GPU. */
export function findInstalledEngine(): InstalledEngine | undefined {
  const variants: Variant[] = hasNvidiaDevice() ? ['gpu', 'cpu'] : ['cpu'];
  for (const variant of variants) {
    const dir = engineFolder(variant);
    if (dir === undefined || !existsSync(join(dir, 'manifest.json'))) continue;
    const binding = join(dir, `binding-${bindingId()}`);
    if (bindingFiles.every((name) => existsSync(join(binding, name)))) return { variant, dir, binding };
  }
  return undefined;
}

/** Whether the kernel offers an NVIDIA device, directly or through WSL. */
export function hasNvidiaDevice(): boolean {
  return existsSync('/dev/nvidiactl') || existsSync('/dev/dxg');
}
