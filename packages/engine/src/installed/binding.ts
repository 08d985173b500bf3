import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageFolder } from '../files/package-folder.ts';
import { bindingFlags, bindingSourceFiles, bindingSources, linkFlags, preloadFlags } from './binding-sources.ts';

/** The two native modules between Node and TensorFlow: tfjs-node's binding, and our preloader. */
export const bindingFiles = ['tfjs_binding.node', 'preload.node'] as const;

/** Name of a binding's folder inside the engine's folder. Its rpath is relative to there. */
export const bindingFolderName = (id: string): string => `binding-${id}`;

/** Hash of a binding's sources and compiler flags, so that different versions and clones never share a binding. Undefined without sources. */
export function bindingId(): string | undefined {
  const sources = bindingSources();
  if (sources === undefined) return undefined;
  const digest = createHash('sha256').update(JSON.stringify([bindingFlags, linkFlags, preloadFlags]));
  for (const { file } of bindingSourceFiles(sources)) digest.update(readFileSync(file));
  return digest.digest('hex').slice(0, 10);
}

/** Folder of the binding shipped for this platform, or undefined. One built from other sources, as a clone may hold, does not count. */
export function prebuiltBinding(id: string): string | undefined {
  const folder = join(packageFolder, 'prebuilt', `${process.platform}-${process.arch}`);
  const isThere = [...bindingFiles, 'id'].every((name) => existsSync(join(folder, name)));
  return isThere && readFileSync(join(folder, 'id'), 'utf8').trim() === id ? folder : undefined;
}

export function copyBinding(from: string, to: string): void {
  for (const name of bindingFiles) copyFileSync(join(from, name), join(to, name));
}
