import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { digits } from './experiments.ts';
import { gradalignArguments, gradalignProcess } from './run-gradalign.ts';

const folder = mkdtempSync(join(tmpdir(), 'gradalign jobs-'));
afterAll(() => rmSync(folder, { recursive: true }));

const study = (output: string) => `experiment: digits.yaml\nleaveOut: [turned]\nmethods: { erm: { optimizer: erm }, gac: {} }\noutput: ${output}\nseeds: [0]\n`;
const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
/** As the study, with so many epochs that there is time to interrupt. */
const slow = ['--set', 'train.epochs=60'];

beforeAll(() => {
  write('digits.yaml', digits().replace('workers: 0', 'workers: 0\nthreads: 1'));
  write('one.yaml', study('one'));
  expect(gradalignProcess(folder, ['compare', 'one.yaml', '-q'])).toMatchObject({ status: 0 });
}, 120_000);

function start(...args: string[]) {
  const child = spawn(process.execPath, [...gradalignArguments, ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  let err = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  child.stdout.resume();
  const ended = once(child, 'exit').then(([code, signal]) => ({ code: code as number | null, signal: signal as string | null, err }));
  return { child, ended };
}

const runsOf = (output: string) => (existsSync(join(folder, output)) ? readdirSync(join(folder, output)).filter((name) => !name.startsWith('.')) : []);

/** Waits until a run of a study has come so far; its folder and who works in it. */
async function training(output: string, is: (log: string) => boolean, but: readonly string[] = []): Promise<{ name: string; pid: number }> {
  for (;;) {
    for (const name of runsOf(output).filter((one) => !but.includes(one))) {
      const [log, lock] = [join(folder, output, name, 'log.jsonl'), join(folder, output, name, '.lock')];
      if (existsSync(log) && existsSync(lock) && is(readFileSync(log, 'utf8'))) return { name, pid: JSON.parse(readFileSync(lock, 'utf8')).pid };
    }
    await sleep(50);
  }
}

/** Everything that a study's runs have computed: weights, scores and figures. */
function computed(output: string): Record<string, string> {
  return Object.fromEntries(
    runsOf(output).flatMap((name) => {
      const at = join(folder, output, name);
      const results = JSON.parse(readFileSync(join(at, 'results.json'), 'utf8'));
      const files = [
        ...['model', 'state'].map((file) => `checkpoints/${results.checkpoint}/${file}.safetensors`),
        ...readdirSync(join(at, 'scores')).map((file) => `scores/${file}`),
      ];
      return [
        [`${name}/results`, JSON.stringify(results.evaluation)] as const,
        ...files.map((file) => [`${name}/${file}`, readFileSync(join(at, file)).toString('base64')] as const),
      ];
    }),
  );
}

it('two at a time compute the same bytes as one after another; each prints into its folder', { timeout: 120_000 }, () => {
  write('two.yaml', study('two'));
  const { status, out, err } = gradalignProcess(folder, ['compare', 'two.yaml', '--jobs', '2', '--threads-per-job', '1']);
  expect(status, err).toBe(0);
  expect(out).toContain('2 runs\n');
  expect(err.match(/\[\d\/2\].*: finished/g)).toHaveLength(2);
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
  const { counts } = JSON.parse(gradalignProcess(folder, ['compare', 'stopped.yaml', '--status', '--json']).out);
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
