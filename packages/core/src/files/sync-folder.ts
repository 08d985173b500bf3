import { closeSync, fsyncSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { describeWriteError } from '@gradalign/engine/files';
import { cannot } from '../contracts/errors.ts';

/** File systems and systems that cannot sync a folder say so with one of these. */
const notOffered: readonly (string | undefined)[] = ['EINVAL', 'EISDIR', 'EPERM', 'EACCES', 'ENOTSUP', 'ENOSYS', 'EBADF'];

/** Waits until the names in a folder (after a rename, say) are on the disk. Throws the error of `node:fs`. */
export function syncFolder(folder: string): void {
  try {
    const descriptor = openSync(folder, 'r');
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    if (!notOffered.includes((error as NodeJS.ErrnoException).code)) throw error;
  }
}

/**
 * Creates a folder in one that exists, unless it is there. The folder above is not created: where it was removed while a run goes on, that is an error
 * and not a new, empty run.
 *
 * @throws UserError where it cannot be created.
 */
export function makeFolder(folder: string): void {
  try {
    mkdirSync(folder);
    syncFolder(dirname(folder));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST')
      throw cannot(`create the folder ${folder}`, describeWriteError(cause), 'room on the disk and permission to write', { cause });
  }
}
