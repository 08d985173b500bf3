import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { requireOutput } from './require-output.ts';

const base = mkdtempSync(join(tmpdir(), 'gradalign-output-'));
beforeAll(() => {
  mkdirSync(join(base, 'folder'));
  writeFileSync(join(base, 'file'), '');
});
afterAll(() => rmSync(base, { recursive: true }));

it('a new file and an earlier one may be written', () => {
  requireOutput(join(base, 'new'));
  requireOutput(join(base, 'file'));
});

it.each([
  ['none/x', `there is no folder ${join(base, 'none')}`],
  ['file/x', `${join(base, 'file')} is a file`],
  ['file/x/y', `there is no folder ${join(base, 'file/x')}`],
  ['folder', 'it is a folder'],
])('%s: %s', (name, is) => {
  const path = join(base, name);
  expect(() => requireOutput(path)).toThrow(
    expect.objectContaining({ message: `Cannot write ${path}: ${is}, expected a file in a folder that is there`, exitCode: 2 }),
  );
});

it.runIf(process.platform !== 'win32')('what is written by a rename does not take the place of a pipe or of /dev/null', () => {
  execFileSync('mkfifo', [join(base, 'pipe')]);
  for (const path of [join(base, 'pipe'), '/dev/null']) expect(() => requireOutput(path)).toThrow('it is a device, a pipe or a socket');
  expect(() => requireOutput('')).toThrow('the name is empty');
});
