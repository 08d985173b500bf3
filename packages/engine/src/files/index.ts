// Locks between processes. Loads nothing of TensorFlow.
export { type FolderLock, lockFolder, type WaitOptions, waitForFolder } from './folder-lock.ts';
export { isAlive } from './is-alive.ts';
export { LockedError, type LockHolder } from './locked-error.ts';
export { cacheFolder } from '../installed/cache-folder.ts';
