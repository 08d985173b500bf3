import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageFolder } from '../files/package-folder.ts';
import { bindingFlags, bindingSourceFiles, bindingSources, linkFlags, preloadFlags } from './binding-sources.ts';

/** The two native modules between Node and TensorFlow: tfjs-node's binding, and our preloader. */
export const bindingFiles = ['tfjs_binding.node', 'preload.node'] as const;

/** Name of a binding's folder within an engine's: rpath and headers are found from there. */
export const bindingFolderName = (id: string): string => `binding-${id}`;

/** Names a binding by what it is made of, so that clones and versions that differ share none. Undefined without sources. */
export function bindingId(): string | undefined {
  const sources = bindingSources();
  if (sources === undefined) return undefined;
  const digest = createHash('sha256').update(JSON.stringify([bindingFlags, linkFlags, preloadFlags]));
  for (const { file } of bindingSourceFiles(sources)) digest.update(readFileSync(file));
  return digest.digest('hex').slice(0, 10);
}

/** Folder of the binding that came with the package for this platform, or undefined. A clone may hold one of older sources: not that. */
export function prebuiltBinding(id: string): string | undefined {
  const folder = join(packageFolder, 'prebuilt', `${process.platform}-${process.arch}`);
  const isThere = [...bindingFiles, 'id'].every((name) => existsSync(join(folder, name)));
  return isThere && readFileSync(join(folder, 'id'), 'utf8').trim() === id ? folder : undefined;
}

export function copyBinding(from: string, to: string): void {
  for (const name of bindingFiles) copyFileSync(join(from, name), join(to, name));
}
