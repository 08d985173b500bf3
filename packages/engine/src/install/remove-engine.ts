import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from '../installed/cache-folder.ts';
import { folderSize, listEngines } from '../installed/engine-folders.ts';
import type { Variant } from '../installed/engine-lock.ts';
import { type EngineLocation, engineStatus } from '../installed/installed-engine.ts';
import { lockCache } from './lock-cache.ts';

export interface RemoveEngineOptions extends EngineLocation {
  /** By default both. */
  readonly variant?: Variant;
  /** Engines of other versions too, and downloads that were not finished. */
  readonly all?: boolean;
  readonly notice?: (message: string) => void;
  readonly signal?: AbortSignal;
}

export interface RemoveResult {
  readonly removed: readonly string[];
  readonly bytes: number;
  /** For a reader. */
  readonly summary: string;
}

/** Removes engines from the user's cache. A process that computes with one goes on; on Linux and macOS open files outlive their names. */
export async function removeEngine({ variant, all = false, notice = () => {}, signal, ...location }: RemoveEngineOptions = {}): Promise<RemoveResult> {
  const cache = location.cache ?? cacheFolder();
  if (!existsSync(cache)) return { removed: [], bytes: 0, summary: `There is no engine in ${cache}.` };
  using _ = await lockCache(cache, notice, signal);
  const variants: Variant[] = variant === undefined ? ['cpu', 'gpu'] : [variant];
  const statuses = variants.map((each) => engineStatus(each, location));
  const own = statuses.flatMap((status) => ('dir' in status ? [status.dir] : []));
  const folders = all ? [...listEngines(cache), 'downloads'].map((name) => join(cache, name)) : own;
  const removed = folders.filter((folder) => existsSync(folder));
  const bytes = removed.reduce((sum, folder) => sum + folderSize(folder), 0);
  const staging = join(cache, `.staging-${process.pid}`);
  mkdirSync(staging, { recursive: true });
  // one rename each: an engine is there whole or not at all
  for (const [index, folder] of removed.entries()) renameSync(folder, join(staging, String(index)));
  rmSync(staging, { recursive: true, force: true });
  const summary = removed.length === 0 ? `There is no engine in ${cache}.` : `Removed ${removed.join(', ')} (${(bytes / 1e6).toFixed(0)} MB).`;
  return { removed, bytes, summary };
}
