import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { silentReporter } from '../contracts/reporter.ts';
import { KnownData } from './known-data.ts';

const folder = mkdtempSync(join(tmpdir(), 'known-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('a picture is judged once, and again when its file has changed or has come back', async () => {
  const known = new KnownData();
  const path = join(folder, 'a.png');
  let judged = 0;
  const judge = async () => ({ kind: 'unreadable', why: `judged ${++judged}` }) as const;
  const verdict = async () => (await known.verdictOn(path, judge))?.why;
  expect([await verdict(), await verdict()]).toEqual(['judged 1', 'judged 1']);
  writeFileSync(path, 'x');
  expect([await verdict(), await verdict()]).toEqual(['judged 2', 'judged 2']);
  writeFileSync(path, 'xy');
  expect(await verdict()).toBe('judged 3');
});

it('what one run said is not said by the next', () => {
  const known = new KnownData();
  const said: string[] = [];
  const reporter = { ...silentReporter, warn: (message: string) => said.push(message), notice: (message: string) => said.push(message) };
  known.once(reporter).warn('a');
  known.once(reporter).warn('a');
  known.once(reporter).notice('b');
  expect(said).toEqual(['a', 'b']);
});
