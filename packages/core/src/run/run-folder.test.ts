import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { cutLog, FolderLostError, occupiedBy, openRunFolder, sweepRunFolder } from './run-folder.ts';
import { openRunLog } from './run-log.ts';

let folder: string;
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'gradalign run ä-')), 'run');
});
afterEach(() => rmSync(join(folder, '..'), { recursive: true }));

it('a second run in the same folder is refused while the first one runs, and accepted afterwards', () => {
  const first = openRunFolder(folder, { resume: false });
  expect(() => openRunFolder(folder, { resume: false })).toThrow(`process ${process.pid} on ${hostname()} is running in it`);
  first[Symbol.dispose]();
  openRunFolder(folder, { resume: false })[Symbol.dispose]();
});

it('a lock that a dead process left behind does not count', () => {
  mkdirSync(folder);
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  writeFileSync(join(folder, '.lock'), JSON.stringify({ pid, host: hostname() }));
  openRunFolder(folder, { resume: false })[Symbol.dispose]();
  expect(existsSync(join(folder, '.lock'))).toBe(false);
});

it('a lock that is a folder is named', () => {
  mkdirSync(join(folder, '.lock'), { recursive: true });
  expect(() => openRunFolder(folder, { resume: false })).toThrow(`${join(folder, '.lock')} is a folder, expected no folder of that name`);
});

it.each(['scores', 'checkpoints', 'weights'])('a file in the place of the folder %s is named before anything is written', (name) => {
  mkdirSync(folder);
  writeFileSync(join(folder, 'experiment.yaml'), '');
  writeFileSync(join(folder, name), '');
  expect(() => openRunFolder(folder, { resume: true })).toThrow(
    `Cannot write to the run folder ${folder}: ${name} in it is not a folder, expected a folder: remove it`,
  );
  expect(existsSync(join(folder, '.lock'))).toBe(false);
});

it.each(['log.jsonl', 'environment.json', 'history.jsonl'])('and so is a folder in the place of %s', (name) => {
  mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, 'experiment.yaml'), '');
  expect(() => openRunFolder(folder, { resume: true })).toThrow(`${name} in it is a folder, expected a file: remove it`);
});

it('an existing run is not overwritten, and one that does not exist cannot be resumed', () => {
  expect(() => openRunFolder(folder, { resume: true })).toThrow('it holds no run, expected a folder that a run was started in');
  mkdirSync(folder);
  writeFileSync(join(folder, 'experiment.yaml'), '');
  expect(() => openRunFolder(folder, { resume: false })).toThrow('it holds an unfinished run, expected a folder without one: continue it with --resume');
  writeFileSync(join(folder, 'results.json'), '{}');
  expect(() => openRunFolder(folder, { resume: false })).toThrow('it holds a finished run');
  openRunFolder(folder, { resume: true })[Symbol.dispose]();
});

it.each<[string, readonly string[], string | undefined]>([
  ['nothing', [], undefined],
  ['what a run leaves that was killed before it began: its lock, a file not renamed yet, no checkpoint', ['.lock', 'experiment.yaml.4711.tmp'], undefined],
  ['the output of a process', ['train.log'], undefined],
  ['a file of somebody else', ['notes.txt'], undefined],
  ['a run', ['.lock', 'experiment.yaml'], 'an unfinished run'],
  ['a finished run', ['experiment.yaml', 'results.json'], 'a finished run'],
  ['results alone', ['results.json'], 'results.json of another run'],
  ['the log of a run', ['log.jsonl', 'notes.txt'], 'log.jsonl of another run'],
  ['thresholds of a run', ['decisions.json'], 'decisions.json of another run'],
  ['a checkpoint', ['checkpoints/epoch-0001'], 'checkpoints of another run'],
])('a folder with %s: what refuses a run there is what lets a study take another folder', (_, names, held) => {
  mkdirSync(join(folder, 'checkpoints'), { recursive: true });
  for (const name of names) writeFileSync(join(folder, name), '');
  expect(occupiedBy(folder)?.is).toBe(held && `it holds ${held}`);
  const open = () => openRunFolder(folder, { resume: false })[Symbol.dispose]();
  if (held === undefined) open();
  else expect(open).toThrow(`Cannot start a run in ${folder}: it holds ${held}, expected a folder without one`);
});

it('what a killed process left in a finished run goes when the run is reused; what a living one holds stays', () => {
  mkdirSync(folder);
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  for (const name of ['experiment.yaml', 'results.json', `results.json.${pid}.tmp`]) writeFileSync(join(folder, name), '');
  const lock = join(folder, '.lock');
  writeFileSync(lock, JSON.stringify({ pid: process.pid, host: 'another-machine', time: new Date().toISOString() }));
  sweepRunFolder(folder);
  expect(existsSync(lock)).toBe(true);
  writeFileSync(lock, JSON.stringify({ pid, host: hostname() }));
  sweepRunFolder(folder);
  expect(readdirSync(folder).sort()).toEqual(['checkpoints', 'experiment.yaml', 'results.json']);
});

it('a folder that cannot be created is named', () => {
  writeFileSync(folder, 'a file');
  expect(() => openRunFolder(folder, { resume: false })).toThrow(/Cannot create the run folder .*expected a writable location/);
});

it('the log is truncated to where a checkpoint was taken', () => {
  mkdirSync(folder);
  const file = join(folder, 'log.jsonl');
  const log = openRunLog(file);
  log.write({ step: 0 });
  const size = log.size();
  log.write({ step: 1 });
  log[Symbol.dispose]();
  expect(readFileSync(file, 'utf8')).toBe('{"step":0}\n{"step":1}\n');
  cutLog(file, size);
  expect(readFileSync(file, 'utf8')).toBe('{"step":0}\n');
});

it('a run whose lock another process has taken over stops before it writes', () => {
  using run = openRunFolder(folder, { resume: false });
  run.requireHeld();
  writeFileSync(join(folder, '.lock'), JSON.stringify({ pid: 7, host: 'another-machine' }));
  expect(() => run.requireHeld()).toThrow(`Cannot go on with the run in ${folder}: process 7 on another-machine has taken it over`);
  const log = openRunLog(run.log, run.requireHeld);
  log.write({ step: 3 });
  expect(() => log.flush()).toThrow(FolderLostError);
  // What it had to say is gone with the run: closing the log writes nothing, and hides no error.
  log[Symbol.dispose]();
  expect(readFileSync(run.log, 'utf8')).toBe('');
  rmSync(join(folder, '.lock'));
  expect(() => run.requireHeld()).toThrow('its lock was removed');
});
