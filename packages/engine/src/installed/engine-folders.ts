import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Folder names of all engines in the cache, of every version. */
export function listEngines(cache: string): string[] {
  return existsSync(cache) ? readdirSync(cache).filter((name) => name.startsWith('tensorflow-')) : [];
}

/** Total size of the files in a folder, in bytes; 0 if it does not exist. */
export function folderSize(folder: string): number {
  if (!existsSync(folder)) return 0;
  const sizes = readdirSync(folder, { recursive: true, withFileTypes: true }).map((entry) =>
    entry.isFile() ? statSync(join(entry.parentPath, entry.name)).size : 0,
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
