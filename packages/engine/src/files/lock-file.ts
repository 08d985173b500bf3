import { closeSync, linkSync, openSync, readFileSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import type { LockHolder } from './locked-error.ts';
import { isOwn, ownHolder } from './own-holder.ts';

/** Makes the lock file from a claim; false where there is one. */
export function linked(claim: string, file: string): boolean {
  try {
    linkSync(claim, file);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'ENOSYS') throw error;
    return written(claim, file);
  }
}

/** For file systems without hard links: the lock file is created where there is none, and written at once. */
function written(claim: string, file: string): boolean {
  try {
    writeFileSync(file, readFileSync(claim), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Who holds a lock. `unreadable`: it is no file (a pipe would be waited for), or its process was killed while writing it, on a file system without hard links. */
export function readHolder(file: string): LockHolder | 'nobody' | 'unreadable' {
  try {
    return statSync(file).isFile() ? holderIn(readFileSync(file, 'utf8')) : 'unreadable';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'nobody' : 'unreadable';
  }
}

function holderIn(text: string): LockHolder | 'unreadable' {
  try {
    const holder = JSON.parse(text) as LockHolder;
    return typeof holder.pid === 'number' ? holder : 'unreadable';
  } catch {
    return 'unreadable';
  }
}

/** A lock that cannot be removed is taken over once this process is gone: no reason to fail, or to hide why something else did. */
export function release(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // on a disk that has become read-only, say
  }
}

/** When a file was written last, in ms by the clock of its file system, which machines share. */
export function fileTime(file: string): number | undefined {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs;
}

/**
 * In place: other processes always find a whole lock. What is read is what is written to, so that a process that was paused for long does not write into
 * the lock of another, which is a file of its own.
 */
export function rewrite(file: string): void {
  try {
    const opened = openSync(file, 'r+');
    try {
      const holder = holderIn(readFileSync(opened, 'utf8'));
      if (typeof holder === 'object' && isOwn(holder)) writeSync(opened, JSON.stringify(ownHolder()), 0);
    } finally {
      closeSync(opened);
    }
  } catch {
    // the folder is gone, or the disk has become read-only: whoever works in it will notice
  }
}
