// Locks between processes, the user's cache. Loads nothing of TensorFlow.

export { cacheFolder } from './cache-folder.ts';
export { describeWriteError } from './describe-write-error.ts';
export { type FolderLock, type LockOptions, lockFolder, lockHolder, type WaitOptions, waitForFolder } from './folder-lock.ts';
export { isAlive } from './is-alive.ts';
export { readHolder } from './lock-file.ts';
export { LockedError, type LockHolder } from './locked-error.ts';
export { makeFolders } from './make-folders.ts';
