import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { writeAtomically } from './write-atomically.ts';

const folder = mkdtempSync(join(tmpdir(), 'gradalign-write-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('what a killed process had written of a file goes with the next write of it; what others write, or of other files, stays', () => {
  const { pid: dead } = spawnSync(process.execPath, ['-e', '']);
  const others = [`a.json.${process.ppid}.tmp`, `b.json.${dead}.tmp`, 'a.json.tmp', `a.json.${dead}`].sort();
  for (const name of [`a.json.${dead}.tmp`, ...others]) writeFileSync(join(folder, name), '');
  writeAtomically(join(folder, 'a.json'), ['{', '}']);
  expect(readdirSync(folder).sort()).toEqual(['a.json', ...others].sort());
  expect(readFileSync(join(folder, 'a.json'), 'utf8')).toBe('{}');
});
