import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from '../files/cache-folder.ts';
import { makeFolders } from '../files/make-folders.ts';
import { folderSize, listEngines } from '../installed/engine-folders.ts';
import type { Variant } from '../installed/engine-lock.ts';
import { type EngineLocation, engineStatus } from '../installed/installed-engine.ts';
import { lockCache } from './lock-cache.ts';

/** Options of {@link removeEngine}. */
export interface RemoveEngineOptions extends EngineLocation {
  /** Both variants by default. */
  readonly variant?: Variant;
  /** Whether to remove engines of other versions and unfinished downloads too; false by default. */
  readonly all?: boolean;
  /** Receives a message if another process has to be waited for. */
  readonly notice?: (message: string) => void;
  /** Gives up waiting for another process. */
  readonly signal?: AbortSignal;
}

/** What {@link removeEngine} did. Plain data. */
export interface RemoveResult {
  /** Folders that were removed; empty if there was nothing to remove. */
  readonly removed: readonly string[];
  /** Their total size. */
  readonly bytes: number;
  /** One sentence to display. */
  readonly summary: string;
}

/**
 * Removes engines from the user's cache. A process that computes with one keeps running: on Linux and macOS open files outlive their names.
 *
 * @throws The signal's abort error; an error of `node:fs` if the cache cannot be written to.
 */
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
  makeFolders(staging);
  // one rename each: an engine is either complete or gone
  for (const [index, folder] of removed.entries()) renameSync(folder, join(staging, String(index)));
  rmSync(staging, { recursive: true, force: true });
  const summary = removed.length === 0 ? `There is no engine in ${cache}.` : `Removed ${removed.join(', ')} (${(bytes / 1e6).toFixed(0)} MB).`;
  return { removed, bytes, summary };
}
