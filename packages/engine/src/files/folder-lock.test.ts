import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
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

test('a process on another machine counts as gone after 2 minutes of silence, not before, and then only after it was watched', async () => {
  heldBy({ pid: 1, host: 'another-machine' });
  await expect(whileLocked(() => {}, { signal: AbortSignal.timeout(300), watch: 0 })).rejects.toThrow('abort');
  const then = new Date(Date.now() - 125_000);
  utimesSync(lock, then, then);
  await expect(whileLocked(() => {}, { signal: AbortSignal.timeout(300), watch: 10_000 })).rejects.toThrow('abort');
  expect(await whileLocked(() => 'mine', { watch: 500 })).toBe('mine');
});

test('a body that throws releases the lock', async () => {
  await expect(whileLocked(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(readdirSync(folder)).toEqual([]);
});

test('a lock that is not waited for tells who holds the folder', async () => {
  using _ = lockFolder(folder);
  const holder = JSON.parse(readFileSync(join(folder, '.lock'), 'utf8')) as LockHolder;
  const error = new LockedError(folder, join(folder, '.lock'), holder);
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

const elsewhere = { pid: 1, host: 'another-machine', time: '2026-01-01T00:00:00.000Z' };

/** A lock of another machine that was written so long ago. */
function silentFor(seconds: number, holder: LockHolder): void {
  const then = new Date(Date.now() - seconds * 1000);
  writeFileSync(join(folder, '.lock'), JSON.stringify(holder));
  utimesSync(join(folder, '.lock'), then, then);
}

test('a lock of another machine is kept while it is silent for less than 2 minutes', () => {
  silentFor(110, elsewhere);
  expect(() => lockFolder(folder)).toThrow('process 1 on another-machine holds it');
  expect(lockHolder(folder)).toEqual(elsewhere);
});

test('one that never says the time is kept however old it is', () => {
  silentFor(1000, { pid: 1, host: 'another-machine' });
  expect(() => lockFolder(folder)).toThrow(LockedError);
});

test('one that is silent for longer is watched, and then taken over', () => {
  silentFor(130, elsewhere);
  expect(lockHolder(folder)).toBeUndefined();
  const watched: LockHolder[] = [];
  const before = performance.now();
  using lock = lockFolder(folder, { watch: 600, onWatch: (holder) => watched.push(holder) });
  expect(performance.now() - before).toBeGreaterThan(600);
  expect(watched).toEqual([elsewhere]);
  expect(lockHolder(folder)).toMatchObject({ pid: process.pid, host: hostname() });
  expect(lock.takenBy()).toBeUndefined();
});

test('a living lock looks old where the clocks differ by 10 minutes: it changes while it is watched, and is kept, also when it is looked at later', async () => {
  silentFor(600, elsewhere);
  const next = JSON.stringify({ ...elsewhere, time: '2026-01-01T00:00:05.000Z' });
  const other = spawn('sh', ['-c', 'sleep 0.5; printf %s "$2" > "$1"; touch -d "-10 minutes" "$1"', 'sh', join(folder, '.lock'), next]);
  expect(() => lockFolder(folder, { watch: 20_000 })).toThrow(LockedError);
  await once(other, 'exit');
  expect(lockHolder(folder)).toMatchObject({ host: 'another-machine' });
});

test('a clock that is behind hides no dead machine: 2 minutes in which its lock does not change are enough', () => {
  silentFor(-600, elsewhere);
  expect(lockHolder(folder)).toEqual(elsewhere);
  const now = performance.now();
  vi.spyOn(performance, 'now').mockImplementation(() => now + 121_000);
  expect(lockHolder(folder)).toBeUndefined();
  lockFolder(folder)[Symbol.dispose]();
  vi.restoreAllMocks();
});

test.runIf(process.platform === 'linux')(
  'a later process with the id of a dead holder does not keep its lock, nor one that ended and was not waited for',
  async () => {
    const file = join(folder, '.lock');
    lockFolder(folder)[Symbol.dispose]();
    const own = (() => {
      using _ = lockFolder(folder);
      return JSON.parse(readFileSync(file, 'utf8')) as LockHolder;
    })();
    writeFileSync(file, JSON.stringify({ ...own, pid: process.ppid, began: '1' }));
    expect(lockHolder(folder)).toBeUndefined();
    // The shell becomes a program that never waits for its child, before that one ends.
    const parent = spawn('sh', ['-c', 'sleep 0.5 & echo $!; exec sleep 30']);
    const [pid] = await once(parent.stdout, 'data');
    await vi.waitFor(() => expect(readFileSync(`/proc/${Number(pid)}/stat`, 'utf8')).toContain(') Z '), { timeout: 20_000 });
    writeFileSync(file, JSON.stringify({ pid: Number(pid), host: hostname() }));
    lockFolder(folder)[Symbol.dispose]();
    expect(readdirSync(folder)).toEqual([]);
    parent.kill();
  },
);

test.runIf(process.platform === 'linux')(
  'another machine, or container, of the same name is another machine: its process ids are not looked up here',
  async () => {
    const there = { pid: await deadProcess(), host: hostname(), machine: 'another boot/4026531836', time: new Date().toISOString() };
    writeFileSync(join(folder, '.lock'), JSON.stringify(there));
    expect(() => lockFolder(folder)).toThrow(LockedError);
    writeFileSync(`${join(folder, '.lock')}.${hostname()}.${there.pid}.0`, JSON.stringify(there));
    silentFor(130, there);
    lockFolder(folder, { watch: 0 })[Symbol.dispose]();
    expect(readdirSync(folder)).toEqual([`.lock.${hostname()}.${there.pid}.0`]);
  },
);

test('a process that was paused while another took its lock over writes nothing into that lock', () => {
  vi.useFakeTimers();
  const file = join(folder, '.lock');
  using lock = lockFolder(folder);
  rmSync(file);
  writeFileSync(file, JSON.stringify(elsewhere));
  vi.advanceTimersByTime(15_000);
  vi.useRealTimers();
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(elsewhere);
  expect(lock.takenBy()).toEqual(elsewhere);
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

test.runIf(process.platform !== 'win32')('a pipe in the place of a lock is not waited for', () => {
  const file = join(folder, '.lock');
  spawnSync('mkfifo', [file]);
  expect([statSync(file).isFIFO(), lockHolder(folder)]).toEqual([true, undefined]);
});
