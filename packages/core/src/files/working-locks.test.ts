import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { requireWorkingLocks } from './working-locks.ts';

const folder = mkdtempSync(join(tmpdir(), 'gradalign locks-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('a file system with locks is accepted, and nothing stays on it; a new folder is made', () => {
  requireWorkingLocks(join(folder, 'a', 'b'));
  expect(readdirSync(join(folder, 'a', 'b'))).toEqual([]);
});

it('one that creates a file twice, as a file system that ignores O_EXCL does, is refused', () => {
  expect(() => requireWorkingLocks(join(folder, 'c'), (file) => writeFileSync(file, ''))).toThrow(
    `Cannot work on several runs in ${join(folder, 'c')}: its file system creates a file that already exists, so that no lock holds, expected a file system with locks: another output`,
  );
  expect(readdirSync(join(folder, 'c'))).toEqual([]);
});

it('a file in the place of the folder is told', () => {
  writeFileSync(join(folder, 'd'), '');
  expect(() => requireWorkingLocks(join(folder, 'd'))).toThrow('there is a file in its place');
});
