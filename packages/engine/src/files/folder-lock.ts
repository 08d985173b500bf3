import { linkSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive } from './is-alive.ts';
import { LockedError, type LockHolder } from './locked-error.ts';

/** A folder that this process holds until it disposes the lock: `using lock = lockFolder(folder)`. */
export interface FolderLock extends Disposable {}

/** Options of {@link waitForFolder}. */
export interface WaitOptions {
  /** Name of the lock file within the folder; `.lock` by default. */
  readonly file?: string;
  /** Called once, if another process holds the lock. */
  readonly onWait?: (holder: LockHolder) => void;
  /** Gives up waiting. */
  readonly signal?: AbortSignal | undefined;
}

/** ms between two signs of life of a waiting lock's holder, and without one until it counts as gone. */
const heartbeat = 5_000;
const silence = 120_000;

/** Files of this process's locks by `lockFolder`. Any other that names this process is of an earlier one with the same id, as happens in containers. */
const held = new Set<string>();

/**
 * Keeps other processes out of a folder until the lock is disposed. The lock file `.lock` names its holder and appears complete, by a hard link.
 * The lock of a process that is dead is taken over; a process on another machine is believed to be running.
 *
 * @param folder An existing folder.
 * @throws LockedError where a running process, or one on another machine, holds the lock; an error of `node:fs` where the folder cannot be written to.
 */
export function lockFolder(folder: string): FolderLock {
  const file = join(resolve(folder), '.lock');
  const isGone = ({ pid, host }: LockHolder) => host === hostname() && (pid === process.pid ? !held.has(file) : !isAlive(pid));
  using claim = makeClaim(file);
  while (!linked(claim.file, file)) {
    const holder = readHolder(file);
    if (typeof holder === 'object' && !isGone(holder)) throw new LockedError(folder, file, holder);
    if (holder !== 'nobody') breakLock(file, isGone);
  }
  removeDeadClaims(file);
  held.add(file);
  return {
    [Symbol.dispose]() {
      held.delete(file);
      release(file);
    },
  };
}

/**
 * Waits until no other process holds the folder, then keeps others out until the lock is disposed. The holder touches the lock file every 5 s; a holder
 * that has been silent for 2 minutes counts as gone, also on another machine that shares the folder. Use this and `lockFolder` for different lock
 * files only: a holder by `lockFolder` is silent.
 *
 * @param folder An existing folder.
 * @throws The signal's abort error; an error of `node:fs` where the folder cannot be written to.
 */
export async function waitForFolder(folder: string, { file: name = '.lock', onWait, signal }: WaitOptions = {}): Promise<FolderLock> {
  const file = join(resolve(folder), name);
  const isGone = ({ pid, host }: LockHolder) => (host === hostname() && !isAlive(pid)) || isSilent(file);
  {
    using claim = makeClaim(file);
    let told = false;
    while (!linked(claim.file, file)) {
      const holder = readHolder(file);
      if (holder === 'nobody') continue;
      if (holder === 'unreadable' || isGone(holder)) {
        breakLock(file, isGone);
        continue;
      }
      if (!told) onWait?.(holder);
      told = true;
      await sleep(200, undefined, signal === undefined ? {} : { signal });
    }
  }
  removeDeadClaims(file);
  const beat = setInterval(() => touch(file), heartbeat);
  beat.unref();
  return {
    [Symbol.dispose]() {
      clearInterval(beat);
      release(file);
    },
  };
}

let claims = 0;

/** A file that names this process, to be linked as the lock file, which is thus never seen half written. */
function makeClaim(file: string): Disposable & { readonly file: string } {
  const claim = `${claimPrefix(file)}${process.pid}.${claims++}`;
  writeFileSync(claim, JSON.stringify({ pid: process.pid, host: hostname() } satisfies LockHolder));
  return { file: claim, [Symbol.dispose]: () => rmSync(claim, { force: true }) };
}

const claimPrefix = (file: string): string => `${file}.${hostname()}.`;

/** Claims of processes that were killed while they waited, and the turn of one that was killed while it broke a lock. */
function removeDeadClaims(file: string): void {
  const turn = statSync(`${file}.breaking`, { throwIfNoEntry: false });
  if (turn && Date.now() - turn.mtimeMs > heartbeat) removeFolder(`${file}.breaking`);
  const prefix = basename(claimPrefix(file));
  for (const name of readdirSync(dirname(file)))
    if (name.startsWith(prefix) && !isAlive(Number.parseInt(name.slice(prefix.length), 10))) rmSync(join(dirname(file), name), { force: true });
}

function linked(claim: string, file: string): boolean {
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

/** `unreadable`: its process was killed while writing it, on a file system without hard links. */
function readHolder(file: string): LockHolder | 'nobody' | 'unreadable' {
  try {
    const holder = JSON.parse(readFileSync(file, 'utf8')) as LockHolder;
    return typeof holder.pid === 'number' ? holder : 'unreadable';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'nobody' : 'unreadable';
  }
}

/** Removes a dead holder's lock. Processes that find it dead at the same time take turns, so that none removes the new lock of another. */
function breakLock(file: string, isGone: (holder: LockHolder) => boolean): void {
  const turn = `${file}.breaking`;
  try {
    mkdirSync(turn);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const since = statSync(turn, { throwIfNoEntry: false })?.mtimeMs;
    if (since !== undefined && Date.now() - since > heartbeat) removeFolder(turn); // its process was killed right here
    return;
  }
  try {
    const holder = readHolder(file);
    if (holder === 'unreadable' || (holder !== 'nobody' && isGone(holder))) rmSync(file, { force: true });
  } finally {
    removeFolder(turn);
  }
}

/** A lock that cannot be removed is taken over once this process is gone: no reason to fail, or to hide why something else did. */
function release(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // on a disk that has become read-only, say
  }
}

function isSilent(file: string): boolean {
  const touched = statSync(file, { throwIfNoEntry: false })?.mtimeMs;
  return touched !== undefined && Date.now() - touched > silence;
}

function touch(file: string): void {
  try {
    const now = new Date();
    utimesSync(file, now, now);
  } catch {
    // the folder is gone: whoever works in it will notice
  }
}

function removeFolder(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // another process has removed it
  }
}
