import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { openRunFolder } from '../run/run-folder.ts';
import { sweepLeftovers } from './sweep-leftovers.ts';

const folder = mkdtempSync(join(tmpdir(), 'gradalign sweep-'));
afterAll(() => rmSync(folder, { recursive: true }));
const dead = spawnSync(process.execPath, ['-e', '']).pid;

it('what a dead process left is removed; what a running one writes, and what is not ours, stays', () => {
  mkdirSync(join(folder, `.epoch-0004.${dead}.tmp`));
  for (const name of [`results.json.${dead}.tmp`, `results.json.${process.ppid}.tmp`, 'notes.tmp', `mine.${dead}.tmp.txt`, 'epoch-0003'])
    writeFileSync(join(folder, name), '');
  expect(sweepLeftovers([folder, join(folder, 'none')]).sort()).toEqual([`.epoch-0004.${dead}.tmp`, `results.json.${dead}.tmp`]);
  expect(readdirSync(folder).sort()).toEqual(['epoch-0003', `mine.${dead}.tmp.txt`, 'notes.tmp', `results.json.${process.ppid}.tmp`]);
});

it('the next start of a run sweeps its folders, those of offered weights too', () => {
  const run = join(folder, 'run');
  for (const sub of ['checkpoints', 'weights', 'scores/swad']) mkdirSync(join(run, sub), { recursive: true });
  const left = ['checkpoints/.epoch-0001', 'weights/.swad', 'scores/street.csv', 'scores/swad/street.csv', 'results.json', 'environment.json'];
  for (const name of left) writeFileSync(join(run, `${name}.${dead}.tmp`), '');
  writeFileSync(join(run, 'experiment.yaml'), '');
  openRunFolder(run, { resume: true })[Symbol.dispose]();
  expect(readdirSync(run, { recursive: true }).filter((name) => String(name).endsWith('.tmp'))).toEqual([]);
});
