import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lockFolder } from './folder-lock.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gradalign-lock-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a second lock is refused, naming who holds the first; after it is given back there is one to be had', () => {
  const lock = lockFolder(folder, 'prepare data');
  expect(() => lockFolder(folder, 'prepare data')).toThrow(`Cannot prepare data in ${folder}: process ${process.pid} on ${hostname()} is running in it`);
  lock[Symbol.dispose]();
  expect(readdirSync(folder)).toEqual([]);
  lockFolder(folder, 'prepare data')[Symbol.dispose]();
});

test('the lock of a dead process is taken over, and one that a process was killed while writing', async () => {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  const earlier = JSON.stringify({ pid: process.pid, host: hostname() });
  for (const content of [JSON.stringify({ pid: child.pid, host: hostname() }), earlier, '', '{"pi']) {
    writeFileSync(join(folder, '.lock'), content);
    const lock = lockFolder(folder, 'train');
    expect(existsSync(join(folder, '.lock'))).toBe(true);
    lock[Symbol.dispose]();
    expect(readdirSync(folder)).toEqual([]);
  }
});

test('a process on another machine is believed', () => {
  writeFileSync(join(folder, '.lock'), JSON.stringify({ pid: 1, host: 'another-machine' }));
  expect(() => lockFolder(folder, 'train')).toThrow('process 1 on another-machine');
});
