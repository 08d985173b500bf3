import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { runChildModule } from './child-module.ts';
import { type LockHolder, withProcessLock } from './process-lock.ts';

let folder: string;
let lock: string;

beforeEach(() => {
  folder = temporaryFolder();
  lock = join(folder, 'install.lock');
});

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
  const child = () => runChildModule<{ waited: number }>(new URL('../../test/lock-child', import.meta.url), [lock, file, '15']);
  await Promise.all([child(), child(), child()]);
  expect(readFileSync(file, 'utf8')).toBe('45');
  expect(readdirSync(folder)).toEqual(['count']);
});

test('the lock of a process that is dead is taken over at once', async () => {
  heldBy({ pid: await deadProcess(), host: hostname() });
  const began = performance.now();
  const waits: LockHolder[] = [];
  expect(await withProcessLock(lock, async () => 7, { onWait: (holder) => waits.push(holder) })).toBe(7);
  expect(performance.now() - began).toBeLessThan(1000);
  expect(waits).toEqual([]);
  expect(existsSync(lock)).toBe(false);
});

test('what a dead process left while it waited is removed, what a living one wrote stays', async () => {
  writeFileSync(`${lock}.${hostname()}.${await deadProcess()}.0`, '{}');
  writeFileSync(`${lock}.${hostname()}.${process.ppid}.0`, '{}');
  await withProcessLock(lock, async () => {});
  expect(readdirSync(folder)).toEqual([`install.lock.${hostname()}.${process.ppid}.0`]);
});

test('a living process keeps its lock: who waits is told once for whom, and may give up', async () => {
  heldBy({ pid: process.pid, host: hostname() });
  const waits: LockHolder[] = [];
  const giveUp = AbortSignal.timeout(700);
  await expect(withProcessLock(lock, async () => {}, { onWait: (holder) => waits.push(holder), signal: giveUp })).rejects.toThrow('abort');
  expect(waits).toEqual([{ pid: process.pid, host: hostname() }]);
  expect(readdirSync(folder)).toEqual(['install.lock']);
});

test('a process on another machine counts as gone after 2 minutes of silence, not before', async () => {
  heldBy({ pid: 1, host: 'another-machine' });
  await expect(withProcessLock(lock, async () => {}, { signal: AbortSignal.timeout(300) })).rejects.toThrow('abort');
  const then = new Date(Date.now() - 125_000);
  utimesSync(lock, then, then);
  expect(await withProcessLock(lock, async () => 'mine')).toBe('mine');
});

test('a body that throws releases the lock', async () => {
  await expect(withProcessLock(lock, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(readdirSync(folder)).toEqual([]);
});
