import { linkSync, mkdirSync, readdirSync, readFileSync, rmdirSync, statSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface LockHolder {
  readonly pid: number;
  readonly host: string;
}

export interface LockOptions {
  /** Called once if somebody else holds the lock. */
  readonly onWait?: (holder: LockHolder) => void;
  readonly signal?: AbortSignal | undefined;
}

/** ms between two signs of life, and without one until a holder counts as gone: at once too where its process is. */
const heartbeat = 5_000;
const silence = 120_000;

/**
 * Runs `body` while this process holds the lock `file`, waiting while another one does.
 * The file comes into being complete, by a hard link, and names its holder. A holder that was killed is recognised by
 * its process id where it ran on this machine, by its silence where it ran on another that shares the folder.
 */
export async function withProcessLock<T>(file: string, body: () => Promise<T>, { onWait, signal }: LockOptions = {}): Promise<T> {
  await acquire(file, onWait, signal);
  removeDeadClaims(file);
  const beat = setInterval(() => touch(file), heartbeat);
  beat.unref();
  try {
    return await body();
  } finally {
    clearInterval(beat);
    unlinkIfThere(file);
  }
}

let attempts = 0;

async function acquire(file: string, onWait: LockOptions['onWait'], signal: AbortSignal | undefined): Promise<void> {
  mkdirSync(dirname(file), { recursive: true });
  const own = `${claimPrefix(file)}${process.pid}.${attempts++}`;
  writeFileSync(own, JSON.stringify({ pid: process.pid, host: hostname() } satisfies LockHolder));
  let told = false;
  try {
    while (!linked(own, file)) {
      const holder = readHolder(file);
      if (holder === undefined) continue;
      if (isGone(file, holder)) {
        breakLock(file);
        continue;
      }
      if (!told) onWait?.(holder);
      told = true;
      await sleep(200, undefined, signal === undefined ? {} : { signal });
    }
  } finally {
    unlinkIfThere(own);
  }
}

const claimPrefix = (file: string): string => `${file}.${hostname()}.`;

/** What processes left that were killed while they waited. */
function removeDeadClaims(file: string): void {
  const prefix = basename(claimPrefix(file));
  for (const name of readdirSync(dirname(file))) {
    if (name.startsWith(prefix) && !isAlive(Number.parseInt(name.slice(prefix.length), 10))) unlinkIfThere(join(dirname(file), name));
  }
}

function linked(own: string, file: string): boolean {
  try {
    linkSync(own, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function readHolder(file: string): LockHolder | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as LockHolder;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function isGone(file: string, { pid, host }: LockHolder): boolean {
  if (host === hostname() && !isAlive(pid)) return true;
  const touched = statSync(file, { throwIfNoEntry: false })?.mtimeMs;
  return touched !== undefined && Date.now() - touched > silence;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Removes a dead holder's lock. Two that judge it dead do so one after the other, so that none removes the other's new lock. */
function breakLock(file: string): void {
  const turn = `${file}.breaking`;
  try {
    mkdirSync(turn);
  } catch {
    const since = statSync(turn, { throwIfNoEntry: false })?.mtimeMs;
    if (since !== undefined && Date.now() - since > heartbeat) removeFolder(turn); // left by a process that was killed right here
    return;
  }
  try {
    const holder = readHolder(file);
    if (holder !== undefined && isGone(file, holder)) unlinkIfThere(file);
  } finally {
    removeFolder(turn);
  }
}

function touch(file: string): void {
  try {
    const now = new Date();
    utimesSync(file, now, now);
  } catch {
    // the folder is gone: the body will find that out
  }
}

function unlinkIfThere(file: string): void {
  try {
    unlinkSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

function removeFolder(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // somebody else removed it
  }
}
