import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { readBounded } from './read-bounded.ts';

const folder = mkdtempSync(join(tmpdir(), 'gradalign bounded-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string, content = '') => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};

it('a file of exactly the limit is read, an empty one too', () => {
  expect(readBounded(file('a', '12345'), 5).toString()).toBe('12345');
  expect(readBounded(file('b'), 5)).toHaveLength(0);
});

it('one byte more is refused, and a sparse file of 1 TB before a byte of it is read', () => {
  expect(() => readBounded(file('c', '123456'), 5)).toThrow('it has 6 bytes, more than the 5 bytes that are read of such a file');
  truncateSync(file('d'), 1e12);
  expect(() => readBounded(join(folder, 'd'), 1e6)).toThrow('it has 1000000.0 MB, more than the 1.0 MB');
});

it('a named pipe nobody writes to, a device without end and a folder are refused at once', () => {
  execFileSync('mkfifo', [join(folder, 'pipe')]);
  expect(() => readBounded(join(folder, 'pipe'), 5)).toThrow('it is a named pipe, not a file');
  expect(() => readBounded('/dev/zero', 5)).toThrow('it is a device, not a file');
  expect(() => readBounded(folder, 5)).toThrow('it is a folder, not a file');
});

it('a file that is not there stays the error of the system', () => {
  expect(() => readBounded(join(folder, 'none'), 5)).toThrow(expect.objectContaining({ code: 'ENOENT' }));
});
