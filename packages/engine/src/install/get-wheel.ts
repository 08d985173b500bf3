import { existsSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { EngineError } from '../contracts/engine-error.ts';
import type { PinnedWheel } from '../installed/engine-lock.ts';
import { sha256OfFile } from '../installed/file-manifest.ts';
import { download } from './download.ts';
import type { BeginPhase } from './install-progress.ts';
import { findOnIndex } from './package-index.ts';
import { pipDownload, pythonWithPip } from './pip-download.ts';
import { readPipSettings } from './pip-settings.ts';

export interface WheelOptions {
  /** The user's folder of wheels: the only place to look in, if given. */
  readonly wheels?: string | undefined;
  /** Where pip may write; removed by the caller. */
  readonly staging: string;
  /** Where downloads grow: kept when a process stops, so that the next one goes on. */
  readonly downloads: string;
  readonly begin: BeginPhase;
  readonly notice: (message: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/** A wheel on disk, with the pinned digest. */
export interface Wheel {
  readonly file: string;
  /** Removes it if it was fetched for this installation. */
  discard(): void;
}

/**
 * Gets one pinned wheel: from the user's folder, or by pip where there is a Python with pip, or from the places that
 * pip's settings name.
 */
export async function getWheel(wheel: PinnedWheel, options: WheelOptions): Promise<Wheel> {
  const { file, ours } = options.wheels === undefined ? await fetchWheel(wheel, options) : { file: join(options.wheels, wheel.file), ours: false };
  const discard = (): void => {
    if (ours) rmSync(file, { force: true });
  };
  try {
    await checkDigest(file, wheel, options);
  } catch (error) {
    if (!options.signal?.aborted) discard();
    throw error;
  }
  return { file, discard };
}

async function fetchWheel(wheel: PinnedWheel, { staging, downloads, begin, notice, signal }: WheelOptions): Promise<{ file: string; ours: boolean }> {
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
      attempts.push(`pip says: ${(error as Error).message}`);
    }
  } else attempts.push('there is no Python with pip');
  const settings = readPipSettings();
  if (settings.indexUrls.length + settings.findLinks.length === 0) {
    attempts.push('neither PIP_INDEX_URL nor a pip.conf names a package index, so there is none to ask without pip');
  } else {
    try {
      const source = await findOnIndex(wheel, settings, signal);
      if ('file' in source) return { file: source.file, ours: false };
      mkdirSync(downloads, { recursive: true });
      const file = join(downloads, wheel.file);
      const onInterruption = (why: string): void => notice(`The download of ${wheel.file} was interrupted (${why}): going on.`);
      await download(source.url, file, { size: wheel.size, cert: settings.cert, signal, onProgress: report, onInterruption });
      return { file, ours: true };
    } catch (error) {
      signal?.throwIfAborted();
      attempts.push(`the index says: ${(error as Error).message}`);
    }
  }
  throw new EngineError(
    `Cannot fetch ${wheel.file}: ${attempts.join('; ')}; expected ${wheel.project} ${wheel.version} by one of these ways. ` +
      'Install pip, or set PIP_INDEX_URL, or put the file into a folder and run: gradalign engine install --wheels <folder>',
  );
}

async function checkDigest(file: string, wheel: PinnedWheel, { begin, signal }: WheelOptions): Promise<void> {
  const size = statSync(file).size;
  const report = begin('check', wheel.file, size);
  let done = 0;
  const sha256 = await sha256OfFile(file, signal, (count) => {
    done += count;
    report(done);
  });
  if (sha256 !== wheel.sha256) {
    throw new EngineError(
      `Cannot install from ${file}: it has ${size} bytes with sha256 ${sha256}, expected ${wheel.size} bytes with ${wheel.sha256}. Fetch it anew.`,
    );
  }
}

/** Refuses a folder that lacks a wheel before anything is done, naming all that it lacks. */
export function requireWheels(folder: string, wheels: readonly PinnedWheel[]): void {
  const missing = wheels.filter(({ file }) => !existsSync(join(folder, file)));
  if (missing.length === 0) return;
  const names = missing.map(({ project, version, file, sha256 }) => `\n  ${file} (${project} ${version}, sha256 ${sha256})`);
  throw new EngineError(`Cannot install from ${folder}: it does not hold all wheels, expected also:${names.join('')}`);
}
