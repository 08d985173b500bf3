import { existsSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { EngineError } from '../contracts/engine-error.ts';
import { makeFolders } from '../files/make-folders.ts';
import type { PinnedWheel } from '../installed/engine-lock.ts';
import { sha256Of } from '../installed/file-manifest.ts';
import { download } from './download.ts';
import type { BeginPhase } from './install-progress.ts';
import { findOnIndex } from './package-index.ts';
import { pipDownload, pythonWithPip } from './pip-download.ts';
import { readPipSettings } from './pip-settings.ts';
import type { OpenArchive } from './zip.ts';

export interface WheelOptions {
  /** The user's folder of wheels. If given, the only place to look. */
  readonly wheels?: string | undefined;
  /** Folder that pip may write to; removed by the caller. */
  readonly staging: string;
  /** Folder for downloads in progress: kept when a process stops, so that the next one can resume them. */
  readonly downloads: string;
  /** What a user who has the wheel runs, without ` --wheels <folder>`. */
  readonly command?: string | undefined;
  readonly begin: BeginPhase;
  readonly notice: (message: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/** A wheel on disk whose digest has been checked, still open: what is unpacked from the handle is what was checked. Disposing it closes the file. */
export interface Wheel extends OpenArchive, AsyncDisposable {
  /** Removes it if it was downloaded for this installation. */
  discard(): void;
}

/**
 * Gets a pinned wheel from the user's folder if there is one; otherwise with pip, or without pip from the index that pip's settings name.
 *
 * @throws EngineError that lists what was tried, or if the digest is wrong.
 */
export async function getWheel(wheel: PinnedWheel, options: WheelOptions): Promise<Wheel> {
  const { file, ours } = options.wheels === undefined ? await fetchWheel(wheel, options) : { file: join(options.wheels, wheel.file), ours: false };
  const discard = (): void => {
    if (ours) rmSync(file, { force: true });
  };
  const handle = await open(file, 'r');
  try {
    await checkDigest({ file, handle }, wheel, options);
  } catch (error) {
    await handle.close();
    if (!options.signal?.aborted) discard();
    throw error;
  }
  return { file, handle, discard, [Symbol.asyncDispose]: () => handle.close() };
}

async function fetchWheel(
  wheel: PinnedWheel,
  { staging, downloads, command = 'gradalign engine install', begin, notice, signal }: WheelOptions,
): Promise<{ file: string; ours: boolean }> {
  const attempts: string[] = [];
  const report = begin('download', wheel.file, wheel.size);
  const python = await pythonWithPip();
  if (python !== undefined) {
    try {
      const file = await pipDownload(python, wheel, staging, signal, report);
      report(wheel.size);
      return { file, ours: true };
    } catch (error) {
      signal?.throwIfAborted();
      attempts.push(`pip: ${(error as Error).message}`);
    }
  } else attempts.push('there is no Python with pip');
  const settings = readPipSettings();
  if (settings.indexUrls.length + settings.findLinks.length === 0) {
    attempts.push('neither PIP_INDEX_URL nor a pip.conf names a package index to ask without pip');
  } else {
    try {
      const source = await findOnIndex(wheel, settings, signal);
      if ('file' in source) return { file: source.file, ours: false };
      makeFolders(downloads);
      const file = join(downloads, wheel.file);
      const onInterruption = (why: string): void => notice(`The download of ${wheel.file} was interrupted (${why}): resuming.`);
      await download(source.url, file, { size: wheel.size, cert: settings.cert, signal, onProgress: report, onInterruption });
      return { file, ours: true };
    } catch (error) {
      signal?.throwIfAborted();
      attempts.push(`the index: ${(error as Error).message}`);
    }
  }
  throw new EngineError(
    `Cannot download ${wheel.file}: ${attempts.join('; ')}; expected ${wheel.project} ${wheel.version} from one of these. ` +
      `Install pip, or set PIP_INDEX_URL, or put the file into a folder and run: ${command} --wheels <folder>`,
  );
}

async function checkDigest({ file, handle }: OpenArchive, wheel: PinnedWheel, { begin, signal }: WheelOptions): Promise<void> {
  const { size } = await handle.stat();
  const report = begin('check', wheel.file, size);
  let done = 0;
  const source = handle.createReadStream({ start: 0, highWaterMark: 1 << 20, autoClose: false });
  const sha256 = await sha256Of(source, signal, (count) => {
    done += count;
    report(done);
  });
  if (sha256 !== wheel.sha256) {
    throw new EngineError(
      `Cannot install from ${file}: it has ${size} bytes with sha256 ${sha256}, expected ${wheel.size} bytes with ${wheel.sha256}. Download it again.`,
    );
  }
}

/** Rejects a folder that lacks wheels before any work is done. @throws EngineError that names them all. */
export function requireWheels(folder: string, wheels: readonly PinnedWheel[]): void {
  const missing = wheels.filter(({ file }) => !existsSync(join(folder, file)));
  if (missing.length === 0) return;
  const names = missing.map(({ project, version, file, sha256 }) => `\n  ${file} (${project} ${version}, sha256 ${sha256})`);
  throw new EngineError(`Cannot install from ${folder}: wheels are missing, expected also:${names.join('')}`);
}
