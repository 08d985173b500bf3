import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { contentProblem } from './content-problem.ts';
import { writeManifest } from './file-manifest.ts';

const root = mkdtempSync(join(tmpdir(), 'gradalign content-'));
afterAll(() => rmSync(root, { recursive: true }));
let folder: string;
let library: string;
beforeEach(() => {
  folder = mkdtempSync(join(root, 'engine-'));
  library = join(folder, 'libtensorflow_cc.so.2');
  const content = Buffer.alloc(50e6, 'library ');
  writeFileSync(library, content);
  writeManifest(folder, [{ name: 'libtensorflow_cc.so.2', size: content.length, sha256: createHash('sha256').update(content).digest('hex') }]);
});

test('what was installed has no problem; the second check reads nothing and takes under 50 ms', () => {
  expect(contentProblem(folder)).toBeUndefined();
  const started = performance.now();
  expect(contentProblem(folder)).toBeUndefined();
  expect(performance.now() - started).toBeLessThan(50);
});

test('one byte of the same size is found, even if the time of the file is set back', () => {
  expect(contentProblem(folder)).toBeUndefined();
  const { atime, mtime } = statSync(library);
  const bytes = readFileSync(library);
  bytes[25e6] = 0;
  writeFileSync(library, bytes);
  utimesSync(library, atime, mtime);
  expect(contentProblem(folder)).toBe('libtensorflow_cc.so.2 has another content than was installed');
});

test('a damaged memory of what was checked costs a check, no more', () => {
  for (const text of ['', '[]', 'null', '{"libtensorflow_cc.so.2": 1}']) {
    writeFileSync(join(folder, 'checked.json'), text);
    expect(contentProblem(folder)).toBeUndefined();
  }
});
