import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import util from 'node:util';
import { compileFunction } from 'node:vm';
import { EngineError } from '../contracts/engine-error.ts';
import { packageFolder, requireHere } from '../files/package-folder.ts';
import { cacheFolder } from '../installed/cache-folder.ts';

/**
 * The JavaScript that comes from TensorFlow.js beyond tfjs-core: its gradients and chained ops, which its Node bundle
 * leaves out, and the backend and kernels of tfjs-node.
 */
export type TfjsBundle = 'tfjs-gradients' | 'tfjs-node';

interface Bundler {
  bundleInputs(): string;
  bundleTfjs(folder: string): Promise<void>;
}

/** Runs one bundle against this process's own tfjs-core and gives what it exports. */
export async function loadTfjsBundle(bundle: TfjsBundle): Promise<Record<string, unknown>> {
  const file = join(await bundleFolder(), `${bundle}.cjs`);
  const module = { exports: {} };
  const run = compileFunction(readFileSync(file, 'utf8'), ['require', 'module', 'exports'], { filename: file });
  run(requireForTfjs, module, module.exports);
  return module.exports;
}

/** tfjs-node 4.22 calls two functions of `util` that warn on Node 22 and are gone from Node 23 on: it gets them from here. */
function requireForTfjs(name: string): unknown {
  if (name !== 'util') return requireHere(name);
  const isNullOrUndefined = (value: unknown): boolean => value === null || value === undefined;
  return { ...util, isNullOrUndefined, isArray: Array.isArray };
}

/**
 * The built package has the bundles in `dist`. A run from source makes them at first use and keeps them in the user's
 * cache, under a name that changes with everything they are made of.
 */
async function bundleFolder(): Promise<string> {
  const dist = fileURLToPath(new URL('..', import.meta.url));
  if (existsSync(join(dist, 'tfjs-node.cjs'))) return dist;
  const bundler = (await import(pathToFileURL(join(packageFolder, 'tools', 'bundle-tfjs.mjs')).href)) as Bundler;
  const name = `tfjs-${createHash('sha256').update(bundler.bundleInputs()).digest('hex').slice(0, 10)}`;
  const folder = join(cacheFolder(), name);
  if (existsSync(folder)) return folder;
  try {
    mkdirSync(cacheFolder(), { recursive: true });
    const staging = mkdtempSync(join(cacheFolder(), `.${name}.`));
    try {
      await bundler.bundleTfjs(staging);
      renameSync(staging, folder);
    } finally {
      rmSync(staging, { recursive: true, force: true });
    }
  } catch (error) {
    if (existsSync(folder)) return folder; // another process was quicker
    throw new EngineError(
      `Cannot bundle TensorFlow.js into ${folder}: ${(error as Error).message}, expected a folder to write to. GRADALIGN_CACHE names another.`,
      { cause: error },
    );
  }
  return folder;
}
