import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { buildWriteStops, preloaded, writeErrors } from './write-stop.ts';

const work = mkdtempSync(join(tmpdir(), 'gradalign-make-folders-'));
const canStop = buildWriteStops(work);
afterAll(() => rmSync(work, { recursive: true }));

/** Makes a/b/c with the third mkdir failing, by each error, then without one: the first two say that the folder above is not there, the third makes `a`. */
const script = `
  import { existsSync } from 'node:fs';
  import { makeFolders, describeWriteError } from '@gradalign/engine/files';
  const [work, errors] = [process.argv[1], JSON.parse(process.argv[2])];
  const told = {};
  for (const [i, [name, errno]] of Object.entries(errors).entries()) {
    const under = work + '/' + name;
    Object.assign(process.env, { FAIL_RUN: String(i + 1), FAIL_UNDER: under, FAIL_AT: '3', FAIL_ERRNO: String(errno) });
    try { makeFolders(under + '/b/c'); } catch (error) { told[name] = [describeWriteError(error), error.path === under, existsSync(under)]; }
    delete process.env.FAIL_UNDER;
    makeFolders(under + '/b/c');
    if (!existsSync(under + '/b/c')) told[name].push('not made afterwards');
  }
  console.log(JSON.stringify(told));`;

it.runIf(canStop)('a folder that a disk refuses is named with the cause, and made once the disk takes it', () => {
  const errors = Object.fromEntries(Object.entries(writeErrors).map(([name, { errno }]) => [name, errno]));
  const args = ['--conditions=@gradalign/source', '--import', import.meta.resolve('tsx'), '--input-type=module', '-e', script, work, JSON.stringify(errors)];
  const said = execFileSync(process.execPath, args, { encoding: 'utf8', cwd: import.meta.dirname, env: { ...process.env, ...preloaded(work) } });
  expect(JSON.parse(said)).toEqual({
    ENOSPC: ['the disk is full', true, false],
    EIO: ['the disk reports an input/output error', true, false],
    EDQUOT: ['the disk quota of this user is used up', true, false],
    EROFS: ['the file system is read-only', true, false],
  });
});
