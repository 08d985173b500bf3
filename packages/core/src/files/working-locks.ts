import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWriteError, lockFolder as lock, makeFolders } from '@gradalign/engine/files';
import { cannot } from '../contracts/errors.ts';

/**
 * Tries the locks of the file system that a folder is on; the folder is created.
 *
 * @param create Makes a file where there is none, and throws where there is one; default: that of the file system.
 * @throws UserError where it cannot be written to, or creates a file that already exists: two processes would then work in one folder.
 */
export function requireWorkingLocks(folder: string, create = (file: string) => writeFileSync(file, '', { flag: 'wx' })): void {
  let own: string;
  try {
    makeFolders(folder);
    own = mkdtempSync(join(folder, '.locks-'));
  } catch (cause) {
    const is = (cause as NodeJS.ErrnoException).code === 'EEXIST' ? 'there is a file in its place' : describeWriteError(cause);
    throw cannot(`use the folder ${folder}`, is, 'a place that can be written to', { cause });
  }
  try {
    const file = join(own, 'file');
    create(file);
    if (!refuses(() => create(file)))
      throw cannot(
        `work on several runs in ${folder}`,
        'its file system creates a file that already exists, so that no lock holds',
        'a file system with locks: another output',
      );
    using _ = lock(own);
  } finally {
    rmSync(own, { recursive: true, force: true });
  }
}

function refuses(create: () => void): boolean {
  try {
    create();
    return false;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return true;
    throw error;
  }
}
