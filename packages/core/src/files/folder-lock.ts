import { statSync } from 'node:fs';
import { join } from 'node:path';
import { describeWriteError, type FolderLock, LockedError, type LockOptions, lockFolder as lock } from '@gradalign/engine/files';
import { cannot } from '../contracts/errors.ts';

export { type FolderLock, type LockHolder, lockHolder } from '@gradalign/engine/files';

/**
 * Keeps other processes out of a folder until the lock is disposed. The lock file `.lock` names its holder; the lock of a dead process is taken
 * over.
 *
 * @param doing What the holder does, for the message: `train`, `prepare data`.
 * @throws UserError where a running process, or one on another machine, holds the lock, or where the folder cannot be written to.
 */
export function lockFolder(folder: string, doing: string, options: LockOptions = {}): FolderLock {
  try {
    return lock(folder, options);
  } catch (cause) {
    if (cause instanceof LockedError) {
      const { holder, file } = cause;
      throw cannot(
        `${doing} in ${folder}`,
        `process ${holder.pid} on ${holder.host} is running in it`,
        `one process a folder (if that process is gone, remove ${file})`,
        { cause },
      );
    }
    if ((cause as NodeJS.ErrnoException).code === undefined) throw cause;
    const file = join(folder, '.lock');
    if (statSync(file, { throwIfNoEntry: false })?.isDirectory())
      throw cannot(`lock the folder ${folder}`, `${file} is a folder`, 'no folder of that name (remove it)', { cause });
    throw cannot(`lock the folder ${folder}`, describeWriteError(cause), 'a place that can be written to', { cause });
  }
}
