import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { isTaken } from './find-study-run.ts';

const base = mkdtempSync(join(tmpdir(), 'gradalign-find-run-'));
afterAll(() => rmSync(base, { recursive: true }));

it.each<[string, readonly string[], boolean]>([
  ['nothing', [], false],
  ['what a run leaves that was killed before it began: its lock, a file not renamed yet, no checkpoint', ['.lock', 'experiment.yaml.4711.tmp'], false],
  ['the output of a process', ['train.log'], false],
  ['a run', ['.lock', 'experiment.yaml'], true],
  ['a file of somebody else', ['notes.txt'], true],
])('a folder with %s', (_, names, taken) => {
  const folder = mkdtempSync(join(base, 'run-'));
  mkdirSync(join(folder, 'checkpoints'));
  for (const name of names) writeFileSync(join(folder, name), '');
  expect(isTaken(folder)).toBe(taken);
});
