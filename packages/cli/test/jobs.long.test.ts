import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { digits } from './experiments.ts';
import { gradalign, gradalignArguments, gradalignProcess } from './run-gradalign.ts';
import { studyProcesses } from './study-processes.ts';

const folder = mkdtempSync(join(tmpdir(), 'gradalign jobs-'));
afterAll(() => rmSync(folder, { recursive: true }), 300_000);
const { start, runsOf, training, computed } = studyProcesses(folder);

const study = (output: string) => `experiment: digits.yaml\nleaveOut: [turned]\nmethods: { erm: { optimizer: erm }, gac: {} }\noutput: ${output}\nseeds: [0]\n`;
const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
/** As the study, with so many epochs that there is time to interrupt. */
const slow = ['--set', 'train.epochs=60'];

beforeAll(() => {
  write('digits.yaml', digits().replace('workers: 0', 'workers: 0\nthreads: 1'));
  write('one.yaml', study('one'));
  expect(gradalignProcess(folder, ['compare', 'one.yaml', '-q'])).toMatchObject({ status: 0 });
}, 120_000);

it('two at a time compute the same bytes as one after another; each prints into its folder', { timeout: 120_000 }, () => {
  write('two.yaml', study('two'));
  const { status, out, err } = gradalignProcess(folder, ['compare', 'two.yaml', '--jobs', '2', '--threads-per-job', '1']);
  expect(status, err).toBe(0);
  expect(out).toContain('2 runs\n');
  expect(err.match(/\[\d\/2\].*: finished/g)).toHaveLength(2);
  // No terminal: plain lines.
  expect(err).toContain('  gac, turned, seed 0: starting\n0/2 runs finished, 2 running\n');
  expect(err).not.toContain('\x1b');
  const bytes = computed('two');
  // Figures, weights and state of each.
  expect(Object.keys(bytes)).toHaveLength(6);
  expect(bytes).toEqual(computed('one'));
  for (const name of runsOf('two')) {
    expect(readFileSync(join(folder, 'two', name, 'train.log'), 'utf8')).toContain('written to');
    expect(existsSync(join(folder, 'two', name, '.lock'))).toBe(false);
  }
  expect(gradalignProcess(folder, ['compare', 'two.yaml', '--jobs', '2']).err).toContain('2 of 2 runs are finished already');
});

it('two processes work on one study; one is killed, and the other takes its run over to the same bytes', { timeout: 180_000 }, async () => {
  write('shared.yaml', study('shared'));
  const first = start('compare', 'shared.yaml', '--jobs', '1', '--threads-per-job', '1');
  const held = await training('shared', (log) => log.includes('"step"'));
  const second = start('compare', 'shared.yaml', '--jobs', '1', '--threads-per-job', '1');
  first.child.kill('SIGKILL');
  const other = await second.ended;
  expect(other.code, other.err).toBe(0);
  expect(await first.ended).toMatchObject({ signal: 'SIGKILL' });
  expect(runsOf('shared')).toContain(held.name);
  expect(computed('shared')).toEqual(computed('one'));
});

it('a run that is killed is told with its last lines, and the others go on; the same command goes on with it', { timeout: 180_000 }, async () => {
  write('killed.yaml', study('killed'));
  const all = start('compare', 'killed.yaml', '--jobs', '1', '--threads-per-job', '1');
  const { name, pid } = await training('killed', (log) => log.includes('"step"'));
  process.kill(pid, 'SIGKILL');
  const { code, err } = await all.ended;
  expect(code).toBe(1);
  expect(err).toContain(`it was killed by SIGKILL; the end of ${join(folder, 'killed', name, 'train.log')}:\n    `);
  expect(err.match(/\[\d\/2\].*: finished/g)).toHaveLength(1);
  expect(gradalignProcess(folder, ['compare', 'killed.yaml', '--jobs', '2', '--threads-per-job', '1'])).toMatchObject({ status: 0 });
  expect(computed('killed')).toEqual(computed('one'));
});

it('Ctrl-C stops all runs, each saves, and --status says so', { timeout: 120_000 }, async () => {
  write('stopped.yaml', study('stopped'));
  const all = start('compare', 'stopped.yaml', '--jobs', '2', ...slow);
  const one = await training('stopped', (log) => log.includes('"epoch"'));
  const two = await training('stopped', (log) => log.includes('"epoch"'), [one.name]);
  all.child.kill('SIGINT');
  const { code, err } = await all.ended;
  expect(code, err).toBe(130);
  expect(err).not.toContain('this run failed');
  for (const { name, pid } of [one, two]) {
    expect(existsSync(join(folder, 'stopped', name, '.lock'))).toBe(false);
    expect(readdirSync(join(folder, 'stopped', name, 'checkpoints')).length).toBeGreaterThan(0);
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  }
  const { counts } = JSON.parse(gradalignProcess(folder, ['compare', 'stopped.yaml', '--status', '--json', ...slow]).out);
  expect(counts).toEqual({ finished: 0, running: 0, interrupted: 2, stopped: 0, waiting: 0 });
});

it('--plan --estimate measures steps and leaves nothing behind', { timeout: 120_000 }, () => {
  write('estimated.yaml', study('estimated'));
  const { status, out, err } = gradalignProcess(folder, ['compare', 'estimated.yaml', '--plan', '--estimate', '--json']);
  expect(status, err).toBe(0);
  const { jobs } = JSON.parse(out);
  // 3 epochs of 8 steps.
  for (const { estimate } of jobs) {
    expect(estimate).toMatchObject({ measured: 5, steps: 24 });
    expect(estimate.seconds).toBeCloseTo(24 * estimate.secondsPerStep, 9);
    expect(estimate.memory).toBeGreaterThan(1e8);
  }
  expect(runsOf('estimated')).toEqual([]);
});

it.runIf(process.platform === 'linux')(
  'on a terminal of 40 columns each run has a line that is redrawn and not broken; with --quiet there is none',
  {
    timeout: 300_000,
  },
  () => {
    const long = 'gac-with-a-name-that-is-longer-than-the-terminal';
    write('drawn.yaml', study('drawn').replace('gac:', `${long}:`));
    const words = [process.execPath, ...gradalignArguments, 'compare', 'drawn.yaml', '--jobs', '2', '--threads-per-job', '1'];
    const command = `stty cols 40 rows 12; ${words.map((word) => `'${word}'`).join(' ')} 2>&1 >/dev/null`;
    const drawn = spawnSync('script', ['-qec', command, '/dev/null'], { cwd: folder, encoding: 'utf8', env: { ...process.env, TERM: 'xterm' } }).stdout;
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the escapes that move the cursor and erase
    const lines = drawn.split(/(?:\x1b\[\d*[A-Z]|\r|\n)+/);
    const progress = lines.filter((line) => line.startsWith('  ') || /^\d\/2 runs finished/.test(line));
    expect(Math.max(...progress.map(({ length }) => length))).toBe(39);
    expect(progress.some((line) => /^ {2}gac-\S*….*eed 0: \w+/.test(line))).toBe(true);
    // Up and erased, line by line.
    expect(drawn).toContain('\r\x1b[2K\x1b[1A\x1b[2K\x1b[1A\x1b[2K\x1b[1A\x1b[2K');
    expect(lines).toContain('[1/2] erm, turned left out, seed 0: finished');
    rmSync(join(folder, 'drawn'), { recursive: true });
    expect(gradalignProcess(folder, ['compare', 'drawn.yaml', '--jobs', '2', '--threads-per-job', '1', '--quiet']).err).toBe('');
  },
);

it('--status of 10,000 folders takes under 5 s', { timeout: 300_000 }, async () => {
  const seeds = Array.from({ length: 500 }, (_, i) => i);
  write('many.yaml', study('many').replace('seeds: [0]', `seeds: [${seeds.join(', ')}]`));
  mkdirSync(join(folder, 'many'));
  const results = readFileSync(join(folder, 'one', runsOf('one')[0] as string, 'results.json'));
  const environment = JSON.stringify({ gradalign: '0.0.1', machine: 'x'.repeat(2000), settings: '0' });
  for (const seed of seeds)
    for (const method of ['erm', 'gac'])
      for (let i = 0; i < 10; i++) {
        const run = join(folder, 'many', `${method}-turned-seed${seed}-${String(i).padStart(6, '0')}`);
        mkdirSync(run);
        writeFileSync(join(run, 'results.json'), results);
        writeFileSync(join(run, 'environment.json'), environment);
      }
  const before = process.cpuUsage();
  const { out } = await gradalign(folder, ['compare', 'many.yaml', '--status', '--json']);
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1e6).toBeLessThan(5);
  const status = JSON.parse(out);
  expect(status).toMatchObject({ counts: { finished: 1000 }, others: 9000 });
});
