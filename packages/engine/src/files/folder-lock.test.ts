import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test, vi } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { runChildModule } from '../child-processes/child-module.ts';
import { lockFolder, lockHolder, type WaitOptions, waitForFolder } from './folder-lock.ts';
import { LockedError, type LockHolder } from './locked-error.ts';

let folder: string;
let lock: string;

beforeEach(() => {
  folder = temporaryFolder();
  lock = join(folder, 'install.lock');
});

/** What `body` gives while this process holds the folder. */
async function whileLocked<T>(body: () => T | Promise<T>, options: WaitOptions = {}): Promise<T> {
  using _ = await waitForFolder(folder, { file: 'install.lock', ...options });
  return await body();
}

function heldBy(holder: LockHolder): void {
  writeFileSync(lock, JSON.stringify(holder));
}

async function deadProcess(): Promise<number> {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  return child.pid ?? 0;
}

test('3 processes that add 1 to a number 15 times each come to 45', async () => {
  const file = join(folder, 'count');
  writeFileSync(file, '0');
  const child = () => runChildModule<{ waited: number }>(new URL('../../test/lock-child', import.meta.url), [folder, file, '15']);
  await Promise.all([child(), child(), child()]);
  expect(readFileSync(file, 'utf8')).toBe('45');
  expect(readdirSync(folder)).toEqual(['count']);
});

test('the lock of a dead process is taken over without waiting', async () => {
  heldBy({ pid: await deadProcess(), host: hostname() });
  const waits: LockHolder[] = [];
  expect(await whileLocked(() => 7, { onWait: (holder) => waits.push(holder) })).toBe(7);
  expect(waits).toEqual([]);
  expect(existsSync(lock)).toBe(false);
});

test('the claim of a process that died waiting is removed, that of a living one stays', async () => {
  writeFileSync(`${lock}.${hostname()}.${await deadProcess()}.0`, '{}');
  writeFileSync(`${lock}.${hostname()}.${process.ppid}.0`, '{}');
  await whileLocked(() => {});
  expect(readdirSync(folder)).toEqual([`install.lock.${hostname()}.${process.ppid}.0`]);
});

test('a living process keeps its lock: whoever waits is told once for whom, and may give up', async () => {
  heldBy({ pid: process.pid, host: hostname() });
  const waits: LockHolder[] = [];
  const giveUp = AbortSignal.timeout(700);
  await expect(whileLocked(() => {}, { onWait: (holder) => waits.push(holder), signal: giveUp })).rejects.toThrow('abort');
  expect(waits).toEqual([{ pid: process.pid, host: hostname() }]);
  expect(readdirSync(folder)).toEqual(['install.lock']);
});

test('a process on another machine counts as gone after 2 minutes of silence, not before', async () => {
  heldBy({ pid: 1, host: 'another-machine' });
  await expect(whileLocked(() => {}, { signal: AbortSignal.timeout(300) })).rejects.toThrow('abort');
  const then = new Date(Date.now() - 125_000);
  utimesSync(lock, then, then);
  expect(await whileLocked(() => 'mine')).toBe('mine');
});

test('a body that throws releases the lock', async () => {
  await expect(whileLocked(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(readdirSync(folder)).toEqual([]);
});

test('a lock that is not waited for tells who holds the folder', async () => {
  using _ = lockFolder(folder);
  const { time } = JSON.parse(readFileSync(join(folder, '.lock'), 'utf8')) as { time: string };
  const error = new LockedError(folder, join(folder, '.lock'), { pid: process.pid, host: hostname(), time });
  expect(error.message).toBe(
    `Cannot lock the folder ${folder}: process ${process.pid} on ${hostname()} holds it, expected one process a folder (if that process is gone, remove ${error.file})`,
  );
  expect(() => lockFolder(folder)).toThrow(error);
  expect(readdirSync(folder)).toEqual(['.lock']);
});

test('of 3 processes that lock the same folder 40 times each without waiting, never two hold it, and no dead lock stops them', async () => {
  const file = join(folder, 'count');
  writeFileSync(file, '0');
  writeFileSync(join(folder, '.lock'), JSON.stringify({ pid: await deadProcess(), host: hostname() }));
  const child = () => runChildModule<{ waited: number }>(new URL('../../test/lock-child', import.meta.url), [folder, file, '40', 'refused']);
  await Promise.all([child(), child(), child()]);
  expect(readFileSync(file, 'utf8')).toBe('120');
  expect(readdirSync(folder)).toEqual(['count']);
});

test('a process that was killed while removing a dead lock, 6 s ago, stops nobody', async () => {
  writeFileSync(join(folder, '.lock'), JSON.stringify({ pid: await deadProcess(), host: hostname() }));
  mkdirSync(join(folder, '.lock.breaking'));
  const then = new Date(Date.now() - 6_000);
  utimesSync(join(folder, '.lock.breaking'), then, then);
  lockFolder(folder)[Symbol.dispose]();
  expect(readdirSync(folder)).toEqual([]);
});

test('a lock of another machine is kept while it is silent for less than 2 minutes, and then taken over; one that never says the time is kept', () => {
  const file = join(folder, '.lock');
  const silentFor = (seconds: number, holder: LockHolder) => {
    writeFileSync(file, JSON.stringify(holder));
    const then = new Date(Date.now() - seconds * 1000);
    utimesSync(file, then, then);
  };
  const elsewhere = { pid: 1, host: 'another-machine', time: '2026-01-01T00:00:00.000Z' };
  silentFor(110, elsewhere);
  expect(() => lockFolder(folder)).toThrow('process 1 on another-machine holds it');
  expect(lockHolder(folder)).toEqual(elsewhere);
  silentFor(1000, { pid: 1, host: 'another-machine' });
  expect(() => lockFolder(folder)).toThrow(LockedError);
  silentFor(130, elsewhere);
  expect(lockHolder(folder)).toBeUndefined();
  using lock = lockFolder(folder);
  expect(lockHolder(folder)).toMatchObject({ pid: process.pid, host: hostname() });
  expect(lock.takenBy()).toBeUndefined();
});

test('a holder shows every 5 s that it lives; when another has taken its lock over it says so, and leaves that lock alone', () => {
  vi.useFakeTimers();
  const file = join(folder, '.lock');
  {
    using lock = lockFolder(folder);
    const long = new Date(Date.now() - 100_000);
    utimesSync(file, long, long);
    vi.advanceTimersByTime(5_000);
    vi.useRealTimers();
    expect(Date.now() - statSync(file).mtimeMs).toBeLessThan(20_000);
    const other = { pid: 7, host: 'another-machine', time: '2026-01-01T00:00:00.000Z' };
    writeFileSync(file, JSON.stringify(other));
    expect(lock.takenBy()).toEqual(other);
  }
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ pid: 7 });
});
