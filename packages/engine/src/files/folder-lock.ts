import { closeSync, linkSync, mkdirSync, openSync, readdirSync, readFileSync, rmdirSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive } from './is-alive.ts';
import { LockedError, type LockHolder } from './locked-error.ts';

/** A folder that this process holds until it disposes the lock: `using lock = lockFolder(folder)`. */
export interface FolderLock extends Disposable {
  /** Who holds the folder in place of this process, where another has taken it over: this one was silent for too long. Undefined while it is held. */
  takenBy(): LockHolder | 'nobody' | undefined;
}

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
 * Keeps other processes out of a folder until the lock is disposed. The lock file `.lock` names its holder and appears complete, by a hard link. Its
 * holder rewrites it every 5 s with the time. The lock of a process that is dead is taken over; so is one of another machine that has been silent for
 * 2 minutes, by the clock of the file system. Locks of earlier versions, which do not say the time, are believed on other machines.
 *
 * @param folder An existing folder.
 * @throws LockedError where a running process, or one on another machine, holds the lock; an error of `node:fs` where the folder cannot be written to.
 */
export function lockFolder(folder: string): FolderLock {
  const file = join(resolve(folder), '.lock');
  using claim = makeClaim(file);
  const isGone = (holder: LockHolder) => (isOwn(holder) ? !held.has(file) : isGoneFrom(file, holder, fileTime(claim.file)));
  while (!linked(claim.file, file)) {
    const holder = readHolder(file);
    if (typeof holder === 'object' && !isGone(holder)) throw new LockedError(folder, file, holder);
    if (holder !== 'nobody') breakLock(file, isGone);
  }
  removeDeadClaims(file);
  held.add(file);
  const lock = keepAlive(file);
  return {
    ...lock,
    [Symbol.dispose]() {
      held.delete(file);
      lock[Symbol.dispose]();
    },
  };
}

/**
 * The process that holds a folder by {@link lockFolder}, without taking it: undefined where nobody does, or its holder is gone. Whether a holder on another
 * machine is silent is judged by this machine's clock, so only `lockFolder` itself decides.
 */
export function lockHolder(folder: string): LockHolder | undefined {
  const file = join(resolve(folder), '.lock');
  const holder = readHolder(file);
  if (typeof holder !== 'object') return undefined;
  return (isOwn(holder) ? held.has(file) : !isGoneFrom(file, holder, Date.now())) ? holder : undefined;
}

function isOwn({ pid, host }: LockHolder): boolean {
  return pid === process.pid && host === hostname();
}

/** `now`: ms, by the clock of the file system. */
function isGoneFrom(file: string, { pid, host, time }: LockHolder, now: number | undefined): boolean {
  if (host === hostname()) return !isAlive(pid);
  const touched = fileTime(file);
  return time !== undefined && touched !== undefined && now !== undefined && now - touched > silence;
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
  return keepAlive(file);
}

/** Shows every 5 s that the holder of a lock file lives, until it is disposed, which removes the file. Neither touches the lock of another. */
function keepAlive(file: string): FolderLock {
  const takenBy = () => {
    const holder = readHolder(file);
    return typeof holder === 'object' && isOwn(holder) ? undefined : holder === 'unreadable' ? 'nobody' : holder;
  };
  const beat = setInterval(() => takenBy() === undefined && rewrite(file), heartbeat);
  beat.unref();
  return {
    takenBy,
    [Symbol.dispose]() {
      clearInterval(beat);
      if (takenBy() === undefined) release(file);
    },
  };
}

let claims = 0;

/** A file that names this process, to be linked as the lock file, which is thus never seen half written. */
function makeClaim(file: string): Disposable & { readonly file: string } {
  const claim = `${claimPrefix(file)}${process.pid}.${claims++}`;
  writeFileSync(claim, ownContent());
  return { file: claim, [Symbol.dispose]: () => rmSync(claim, { force: true }) };
}

/** Always of the same length, so that it can be rewritten in place. */
function ownContent(): string {
  return JSON.stringify({ pid: process.pid, host: hostname(), time: new Date().toISOString() } satisfies LockHolder);
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
  const touched = fileTime(file);
  return touched !== undefined && Date.now() - touched > silence;
}

/** When a file was written last, in ms by the clock of its file system, which machines share. */
function fileTime(file: string): number | undefined {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs;
}

/** In place: other processes always find a whole lock. */
function rewrite(file: string): void {
  try {
    const opened = openSync(file, 'r+');
    try {
      writeSync(opened, ownContent(), 0);
    } finally {
      closeSync(opened);
    }
  } catch {
    // the folder is gone, or the disk has become read-only: whoever works in it will notice
  }
}

function removeFolder(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // another process has removed it
  }
}
