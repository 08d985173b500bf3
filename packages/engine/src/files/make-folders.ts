import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Creates a folder with those above it, unless it is there. Node's own recursive mkdir calls every error that it does not know (a disk quota, say) a
 * missing folder.
 *
 * @param mode Of the folders that are made; default: as the process's umask leaves it.
 * @throws the error of `node:fs`, of the folder that could not be created.
 */
export function makeFolders(folder: string, mode?: number): void {
  try {
    mkdirSync(folder, mode);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' && dirname(folder) !== folder) {
      makeFolders(dirname(folder), mode);
      makeFolders(folder, mode);
    } else if (code !== 'EEXIST' || !statSync(folder).isDirectory()) throw error;
  }
}
