import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileFunction } from 'node:vm';
import { cacheFolder } from './cache-folder.ts';

/** The two bundles that tools/bundle-tfjs.mjs makes. */
export type TfjsBundle = 'tfjs-gradients' | 'tfjs-node';

interface Bundler {
  bundleInputs(): string;
  bundleTfjs(folder: string): Promise<void>;
}

const require = createRequire(import.meta.url);

/**
 * Runs one bundle against this process's own tfjs-core and gives what it exports.
 * The built package has the bundles beside this file. A clone makes them at first use and keeps them in the user's
 * cache, under a name that changes with everything they are made of.
 */
export async function loadTfjsBundle(bundle: TfjsBundle): Promise<Record<string, unknown>> {
  const file = join(await bundleFolder(), `${bundle}.cjs`);
  const module = { exports: {} };
  compileFunction(readFileSync(file, 'utf8'), ['require', 'module', 'exports'], { filename: file })(require, module, module.exports);
  return module.exports;
}

async function bundleFolder(): Promise<string> {
  const built = fileURLToPath(new URL('.', import.meta.url));
  if (existsSync(join(built, 'tfjs-node.cjs'))) return built;
  const bundler = (await import(new URL('../tools/bundle-tfjs.mjs', import.meta.url).href)) as Bundler;
  const digest = createHash('sha256').update(bundler.bundleInputs()).digest('hex').slice(0, 10);
  const folder = join(cacheFolder(), `tfjs-${digest}`);
  if (existsSync(folder)) return folder;
  mkdirSync(cacheFolder(), { recursive: true });
  const staging = mkdtempSync(join(cacheFolder(), `.tfjs-${digest}.`));
  try {
    await bundler.bundleTfjs(staging);
    renameSync(staging, folder);
  } catch (error) {
    rmSync(staging, { recursive: true, force: true });
    if (!existsSync(folder)) throw error; // another process was quicker
  }
  return folder;
}
