import { linkSync, readFileSync, renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { cannot } from '../contracts/errors.ts';

interface LockHolder {
  readonly pid: number;
  readonly host: string;
}

export interface FolderLock extends Disposable {}

/** Lock files of this process. One that bears its number otherwise is of an earlier process with the same number, in a container say. */
const held = new Set<string>();

/**
 * Keeps other processes out of a folder until it is disposed. The lock file `.lock` names its holder and comes into being complete, by a hard
 * link; one that a dead process left behind is taken over.
 *
 * @param doing What the holder does, for the message: `train`, `prepare data`.
 * @throws UserError where a living process, or one on another machine, holds it.
 */
export function lockFolder(folder: string, doing: string): FolderLock {
  const file = join(resolve(folder), '.lock');
  const own = `${file}.${process.pid}`;
  try {
    writeFileSync(own, JSON.stringify({ pid: process.pid, host: hostname() } satisfies LockHolder));
  } catch (cause) {
    throw cannot(`lock the folder ${folder}`, (cause as Error).message, 'a place that can be written to', { cause });
  }
  try {
    while (!linked(own, file)) {
      const holder = readHolder(file);
      if (holder === 'nobody') continue;
      if (holder !== 'unreadable' && !isGone(holder, file)) {
        throw cannot(
          `${doing} in ${folder}`,
          `process ${holder.pid} on ${holder.host} is running in it`,
          `one process a folder (if that process is gone, remove ${file})`,
        );
      }
      breakLock(file, own);
    }
  } finally {
    rmSync(own, { force: true });
  }
  held.add(file);
  return {
    [Symbol.dispose]() {
      held.delete(file);
      rmSync(file, { force: true });
    },
  };
}

function linked(own: string, file: string): boolean {
  try {
    linkSync(own, file);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    // File systems without hard links: the file is made where there is none, and written at once.
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'ENOSYS') throw error;
    try {
      writeFileSync(file, readFileSync(own), { flag: 'wx' });
      return true;
    } catch (second) {
      if ((second as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw second;
    }
  }
}

/** Moves a dead holder's lock aside; where another process has just taken it over, what was moved is that one's, and goes back. */
function breakLock(file: string, own: string): void {
  const aside = `${own}.dead`;
  try {
    renameSync(file, aside);
  } catch {
    return; // another process was quicker
  }
  const moved = readHolder(aside);
  if (typeof moved === 'object' && !isGone(moved, file)) linked(aside, file);
  unlinkSync(aside);
}

function readHolder(file: string): LockHolder | 'nobody' | 'unreadable' {
  try {
    const holder = JSON.parse(readFileSync(file, 'utf8')) as LockHolder;
    return typeof holder.pid === 'number' ? holder : 'unreadable';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'nobody' : 'unreadable';
  }
}

function isGone({ pid, host }: LockHolder, file: string): boolean {
  if (host !== hostname()) return false;
  return pid === process.pid ? !held.has(file) : !isAlive(pid);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
