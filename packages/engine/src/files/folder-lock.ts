import { mkdirSync, readdirSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileTime, linked, readHolder, release, rewrite } from './lock-file.ts';
import { LockedError, type LockHolder } from './locked-error.ts';
import { holderLives, isOnThisMachine, isOwn, ownHolder } from './own-holder.ts';
import { heartbeat, seemsSilent, staysSilent, unchangedFor } from './silent-lock.ts';

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
  /** As for {@link lockFolder}. */
  readonly watch?: number;
}

/** Options of {@link lockFolder}. */
export interface LockOptions {
  /**
   * ms for which the lock of another machine that seems to be silent is watched before it is taken over; 20 s by default. A clock that is wrong by minutes
   * makes every lock look old; its holder rewrites it within that time.
   */
  readonly watch?: number;
  /** Called before a lock is watched. */
  readonly onWatch?: (holder: LockHolder) => void;
}

/** Four heartbeats. */
const watchFor = 4 * heartbeat;

/** Files of this process's locks by `lockFolder`. Any other that names this process is of an earlier one with the same id, as happens in containers. */
const held = new Set<string>();

/**
 * Keeps other processes out of a folder until the lock is disposed. The lock file `.lock` names its holder and appears complete, by a hard link. Its
 * holder rewrites it every 5 s with the time. The lock of a process that is dead is taken over; so is one of another machine that has been silent for
 * 2 minutes, by the clock of the file system, and then for 20 s while this process watches it. Locks of earlier versions, which do not say the time, are
 * believed on other machines.
 *
 * @param folder An existing folder.
 * @throws LockedError where a running process, or one on another machine, holds the lock; an error of `node:fs` where the folder cannot be written to.
 */
export function lockFolder(folder: string, { watch = watchFor, onWatch }: LockOptions = {}): FolderLock {
  const file = join(resolve(folder), '.lock');
  using claim = makeClaim(file);
  const isGone = (holder: LockHolder) => isGoneFrom(file, holder, fileTime(claim.file));
  const needsWatching = (holder: LockHolder) => !isOnThisMachine(holder) && unchangedFor(file) < watch;
  while (!linked(claim.file, file)) {
    const holder = readHolder(file);
    if (typeof holder === 'object') {
      if (!isGone(holder)) throw new LockedError(folder, file, holder);
      if (needsWatching(holder)) {
        onWatch?.(holder);
        if (!staysSilent(file, watch)) throw new LockedError(folder, file, holder);
      }
    }
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
 * The process that holds a folder by {@link lockFolder}, without taking it: undefined where nobody does, or its holder is gone. At the first look a holder
 * on another machine is judged by this machine's clock; later, by whether its lock changes. Only `lockFolder` itself decides.
 */
export function lockHolder(folder: string): LockHolder | undefined {
  const file = join(resolve(folder), '.lock');
  const holder = readHolder(file);
  return typeof holder === 'object' && !isGoneFrom(file, holder, Date.now()) ? holder : undefined;
}

/** `now`: ms, by the clock of the file system. */
function isGoneFrom(file: string, holder: LockHolder, now: number | undefined): boolean {
  if (!isOnThisMachine(holder)) return holder.time !== undefined && seemsSilent(file, now);
  if (holder.pid === process.pid) return !isOwn(holder) || !held.has(file);
  return !holderLives(holder);
}

/**
 * Waits until no other process holds the folder, then keeps others out until the lock is disposed. The holder touches the lock file every 5 s; a holder
 * that has been silent for 2 minutes counts as gone, also on another machine that shares the folder. Use this and `lockFolder` for different lock
 * files only: a holder by `lockFolder` is silent.
 *
 * @param folder An existing folder.
 * @throws The signal's abort error; an error of `node:fs` where the folder cannot be written to.
 */
export async function waitForFolder(folder: string, { file: name = '.lock', onWait, signal, watch = watchFor }: WaitOptions = {}): Promise<FolderLock> {
  const file = join(resolve(folder), name);
  const isSilent = () => seemsSilent(file, Date.now()) && unchangedFor(file) >= watch;
  const isGone = (holder: LockHolder) => (isOnThisMachine(holder) && !holderLives(holder)) || isSilent();
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
  const beat = setInterval(() => rewrite(file), heartbeat);
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
  writeFileSync(claim, JSON.stringify(ownHolder()));
  return { file: claim, [Symbol.dispose]: () => rmSync(claim, { force: true }) };
}

const claimPrefix = (file: string): string => `${file}.${hostname()}.`;

/** Claims of processes that were killed while they waited, and the turn of one that was killed while it broke a lock. */
function removeDeadClaims(file: string): void {
  const turn = statSync(`${file}.breaking`, { throwIfNoEntry: false });
  if (turn && Date.now() - turn.mtimeMs > heartbeat) removeFolder(`${file}.breaking`);
  const prefix = basename(claimPrefix(file));
  for (const name of readdirSync(dirname(file))) {
    if (!name.startsWith(prefix)) continue;
    const claim = join(dirname(file), name);
    const said = readHolder(claim);
    const holder = { host: hostname(), ...(typeof said === 'object' ? said : {}), pid: Number.parseInt(name.slice(prefix.length), 10) };
    if (isOnThisMachine(holder) && !holderLives(holder)) rmSync(claim, { force: true });
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

function removeFolder(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // another process has removed it
  }
}
