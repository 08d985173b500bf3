import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import util from 'node:util';
import { compileFunction } from 'node:vm';
import { EngineError } from '../contracts/engine-error.ts';
import { cacheFolder } from '../files/cache-folder.ts';
import { describeWriteError } from '../files/describe-write-error.ts';
import { isAlive } from '../files/is-alive.ts';
import { makeFolders } from '../files/make-folders.ts';
import { packageFolder, requireHere } from '../files/package-folder.ts';

/**
 * The JavaScript taken from TensorFlow.js besides tfjs-core: tfjs-core's gradients and chained ops, which its Node bundle
 * leaves out, and tfjs-node's backend and kernels.
 */
export type TfjsBundle = 'tfjs-gradients' | 'tfjs-node';

interface Bundler {
  bundleInputs(): string;
  bundleTfjs(folder: string): Promise<void>;
}

/** Runs a bundle on this process's tfjs-core and returns its exports. */
export async function loadTfjsBundle(bundle: TfjsBundle): Promise<Record<string, unknown>> {
  const file = join(await bundleFolder(), `${bundle}.cjs`);
  const module = { exports: {} };
  const run = compileFunction(readFileSync(file, 'utf8'), ['require', 'module', 'exports'], { filename: file });
  run(requireForTfjs, module, module.exports);
  return module.exports;
}

/** tfjs-node 4.22 calls two functions of `util` that are deprecated in Node 22 and gone in Node 23: supplied here. */
function requireForTfjs(name: string): unknown {
  if (name !== 'util') return requireHere(name);
  const isNullOrUndefined = (value: unknown): boolean => value === null || value === undefined;
  return { ...util, isNullOrUndefined, isArray: Array.isArray };
}

/**
 * The published package has the bundles in `dist`. A run from source builds them at first use and keeps them in the user's
 * cache, under a hash of their inputs.
 */
async function bundleFolder(): Promise<string> {
  const dist = fileURLToPath(new URL('..', import.meta.url));
  if (existsSync(join(dist, 'tfjs-node.cjs'))) return dist;
  const bundler = (await import(pathToFileURL(join(packageFolder, 'tools', 'bundle-tfjs.mjs')).href)) as Bundler;
  const name = `tfjs-${createHash('sha256').update(bundler.bundleInputs()).digest('hex').slice(0, 10)}`;
  const folder = join(cacheFolder(), name);
  if (existsSync(folder)) return folder;
  try {
    makeFolders(cacheFolder());
    removeStagings(cacheFolder());
    const staging = mkdtempSync(join(cacheFolder(), `.tfjs-${process.pid}-`));
    try {
      await bundler.bundleTfjs(staging);
      renameSync(staging, folder);
    } finally {
      rmSync(staging, { recursive: true, force: true });
    }
  } catch (error) {
    if (existsSync(folder)) return folder; // another process was faster
    throw new EngineError(
      `Cannot bundle TensorFlow.js into ${folder}: ${describeWriteError(error)}, expected a writable folder. Set GRADALIGN_CACHE to use another one.`,
      { cause: error },
    );
  }
  return folder;
}

/** Removes what processes left that died while they bundled; those of processes that live stay. */
export function removeStagings(cache: string): void {
  for (const name of readdirSync(cache)) {
    const pid = /^\.tfjs-(\d+)-/.exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) rmSync(join(cache, name), { recursive: true, force: true });
  }
}
