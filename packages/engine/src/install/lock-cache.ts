import { type FolderLock, waitForFolder } from '../files/folder-lock.ts';

/** Waits until no other process installs or removes engines in `cache`, telling `notice` whom it waits for, and keeps others out until it is disposed. */
export function lockCache(cache: string, notice: (message: string) => void, signal?: AbortSignal): Promise<FolderLock> {
  return waitForFolder(cache, {
    file: 'install.lock',
    onWait: ({ pid, host }) => notice(`Waiting for process ${pid} on ${host}, which is installing an engine.`),
    signal,
  });
}
