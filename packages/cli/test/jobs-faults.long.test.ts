import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { digits } from './experiments.ts';
import { gradalignArguments, gradalignProcess } from './run-gradalign.ts';
import { studyProcesses } from './study-processes.ts';

const folder = mkdtempSync(join(tmpdir(), 'gradalign jobs-'));
afterAll(() => rmSync(folder, { recursive: true }));
const { start, startWith, runsOf, training, computed } = studyProcesses(folder);

const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
const study = (output: string) => `experiment: digits.yaml\nleaveOut: [turned]\nmethods: { erm: { optimizer: erm }, gac: {} }\noutput: ${output}\nseeds: [0]\n`;
const oneThread = ['--threads-per-job', '1'];
const minutes = 60_000;

/** LD_PRELOAD has no way to write a space. */
const libraries = mkdtempSync(join(tmpdir(), 'gradalign-libraries-'));
afterAll(() => rmSync(libraries, { recursive: true }));

/** A library that changes what the system does, from C; undefined where there is no compiler. */
function built(source: string): string | undefined {
  const library = join(libraries, `${source.replace(/^.*\//, '')}.so`);
  try {
    execFileSync('cc', ['-shared', '-fPIC', '-O1', '-o', library, fileURLToPath(new URL(source, import.meta.url)), '-ldl'], { stdio: 'pipe' });
    return library;
  } catch {
    return undefined;
  }
}
const onLinux = process.platform === 'linux';
const failWrites = onLinux ? built('../../../tools/torture/fail-writes.c') : undefined;
const noExclusiveCreate = onLinux ? built('no-exclusive-create.c') : undefined;

/** The steps of a run, each once: two processes that wrote at the same time would have some twice. */
function steps(output: string, name: string): number[] {
  return readFileSync(join(folder, output, name, 'log.jsonl'), 'utf8')
    .split('\n')
    .flatMap((line) => (line.includes('"event":"step"') ? [(JSON.parse(line) as { step: number }).step] : []));
}

/** Also one that the process that is its parent now has not waited for. */
function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return onLinux && readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return true;
  }
}

const lockOf = (output: string, name: string) => join(folder, output, name, '.lock');
const inStep = (log: string) => log.includes('"step"');

beforeAll(() => {
  write('digits.yaml', digits().replace('workers: 0', 'workers: 0\nthreads: 1'));
  write('one.yaml', study('one'));
  expect(gradalignProcess(folder, ['compare', 'one.yaml', '-q'])).toMatchObject({ status: 0 });
}, 2 * minutes);

it.runIf(failWrites)(
  'a full disk in one run is told with its cause, the other finishes, and the same command completes it to the same bytes',
  {
    timeout: 3 * minutes,
  },
  async () => {
    write('full.yaml', study('full'));
    const { jobs } = JSON.parse(gradalignProcess(folder, ['compare', 'full.yaml', '--plan', '--json']).out);
    // Of the run's own writes the 40th and all later ones: its output is lost too.
    const disk = { LD_PRELOAD: failWrites, FAIL_UNDER: jobs[1].folder, FAIL_AT: '40', FAIL_ERRNO: '28', FAIL_ALWAYS: '1' };
    const { code, err } = await startWith(disk, 'compare', 'full.yaml', '--jobs', '2', ...oneThread).ended;
    expect(code, err).toBe(1);
    expect(err).toMatch(/failed: gac, turned, seed 0 .*: Cannot (write|save) .*: the disk is full, expected /);
    expect(err.match(/\[\d\/2\].*: finished/g)).toEqual(['[1/2] erm, turned left out, seed 0: finished']);
    expect(gradalignProcess(folder, ['compare', 'full.yaml', '--jobs', '2', ...oneThread])).toMatchObject({ status: 0 });
    expect(computed('full')).toEqual(computed('one'));
  },
);

it.runIf(noExclusiveCreate)('a file system without locks is refused before the first run', () => {
  write('unlocked.yaml', study('unlocked'));
  const { status, err } = gradalignProcess(folder, ['compare', 'unlocked.yaml', '--jobs', '2'], { LD_PRELOAD: noExclusiveCreate });
  expect([status, err]).toEqual([1, expect.stringContaining('its file system creates a file that already exists, so that no lock holds, expected a file')]);
  expect(runsOf('unlocked')).toEqual([]);
});

it('a run that was paused while another machine took it over writes nothing more into it, and is taken up again when that machine is gone', {
  timeout: 3 * minutes,
}, async () => {
  write('paused.yaml', study('paused').replace('gac: {}', '').replace(', }', ' }'));
  const all = start('compare', 'paused.yaml', '--jobs', '1', ...oneThread, '--set', 'train.epochs=12');
  const { name, pid } = await training('paused', (log) => log.includes('"epoch"'));
  const checkpoints = () => readdirSync(join(folder, 'paused', name, 'checkpoints'));
  process.kill(pid, 'SIGSTOP');
  // Not while it puts a checkpoint in its place, which would be finished.
  while (checkpoints().some((one) => one.endsWith('.tmp'))) {
    process.kill(pid, 'SIGCONT');
    await sleep(20);
    process.kill(pid, 'SIGSTOP');
  }
  const lock = lockOf('paused', name);
  // As the other machine does it: a lock of its own in a file of its own.
  const there = { pid, host: 'another-machine', time: new Date().toISOString() };
  rmSync(lock);
  writeFileSync(lock, JSON.stringify(there));
  const left = readFileSync(join(folder, 'paused', name, 'log.jsonl'));
  const saved = checkpoints();
  process.kill(pid, 'SIGCONT');
  await expect.poll(() => isGone(pid), { timeout: minutes }).toBe(true);
  expect(readFileSync(join(folder, 'paused', name, 'log.jsonl')).equals(left)).toBe(true);
  expect(checkpoints()).toEqual(saved);
  expect(JSON.parse(readFileSync(lock, 'utf8'))).toEqual(there);
  // Now a process of this machine that has ended.
  writeFileSync(lock, JSON.stringify({ ...there, pid, host: hostname() }));
  const { code, err } = await all.ended;
  expect(code, err).toBe(0);
  expect(err).toMatch(/\[1\/1\] erm, turned left out, seed 0: .*process.* works on it\n/);
  expect(err).not.toContain('failed');
  expect(steps('paused', name)).toEqual([...new Set(steps('paused', name))]);
});

it('two commands started at once on one study train each run once, and both print the whole table', { timeout: 3 * minutes }, async () => {
  write('both.yaml', study('both'));
  const [first, second] = await Promise.all([1, 2].map(() => start('compare', 'both.yaml', '--jobs', '2', ...oneThread).ended));
  expect([first?.code, second?.code], `${first?.err}${second?.err}`).toEqual([0, 0]);
  expect(runsOf('both')).toHaveLength(2);
  for (const name of runsOf('both')) expect(steps('both', name)).toEqual(steps('one', name));
  expect(computed('both')).toEqual(computed('one'));
});

it('where the command itself is killed its runs save and end; started again at once, it waits for them and goes on to the same bytes', {
  timeout: 3 * minutes,
}, async () => {
  write('orphans.yaml', study('orphans'));
  const first = start('compare', 'orphans.yaml', '--jobs', '2', ...oneThread);
  const { pid } = await training('orphans', inStep);
  first.child.kill('SIGKILL');
  const again = start('compare', 'orphans.yaml', '--jobs', '2', ...oneThread);
  await expect.poll(() => isGone(pid), { timeout: minutes }).toBe(true);
  const { code, err } = await again.ended;
  expect(code, err).toBe(0);
  for (const name of runsOf('orphans')) expect(steps('orphans', name)).toEqual(steps('one', name));
  expect(computed('orphans')).toEqual(computed('one'));
});

it('the second Ctrl-C ends all runs at once; the same command goes on to the same bytes', { timeout: 3 * minutes }, async () => {
  write('twice.yaml', study('twice'));
  const all = start('compare', 'twice.yaml', '--jobs', '2', ...oneThread);
  const { pid } = await training('twice', inStep);
  all.child.kill('SIGINT');
  await sleep(20);
  all.child.kill('SIGTERM');
  expect((await all.ended).code).toBe(130);
  await expect.poll(() => isGone(pid), { timeout: minutes }).toBe(true);
  expect(gradalignProcess(folder, ['compare', 'twice.yaml', '--jobs', '2', ...oneThread])).toMatchObject({ status: 0 });
  expect(computed('twice')).toEqual(computed('one'));
});

it.runIf(onLinux)('a terminal that closes stops all runs, and each saves', { timeout: 3 * minutes }, async () => {
  write('closed.yaml', study('closed'));
  const words = [process.execPath, ...gradalignArguments, 'compare', 'closed.yaml', '--jobs', '2', ...oneThread, '--set', 'train.epochs=60'];
  const command = words.map((word) => `'${word}'`).join(' ');
  const terminal = spawn('script', ['-qec', `exec ${command}`, '/dev/null'], { cwd: folder, stdio: ['pipe', 'ignore', 'ignore'] });
  const ended = once(terminal, 'exit');
  const one = await training('closed', (log) => log.includes('"epoch"'));
  const two = await training('closed', (log) => log.includes('"epoch"'), [one.name]);
  terminal.kill('SIGKILL');
  await ended;
  await expect.poll(() => isGone(one.pid) && isGone(two.pid), { timeout: minutes }).toBe(true);
  for (const { name } of [one, two]) {
    expect(existsSync(lockOf('closed', name))).toBe(false);
    expect(readFileSync(join(folder, 'closed', name, 'log.jsonl'), 'utf8').trimEnd()).toMatch(/"event":"end","reason":"interrupted".*$/);
  }
});
