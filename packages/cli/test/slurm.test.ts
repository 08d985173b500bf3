import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lockFolder } from '@gradalign/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { argumentsText, taskScript } from '../src/jobs/slurm/batch-script.ts';
import { digits } from './experiments.ts';
import { gradalign as run } from './run-gradalign.ts';

const evil = '$(touch pwned) `touch pwned`;touch pwned&';
const top = mkdtempSync(join(tmpdir(), 'gradalign slurm-'));
const folder = join(top, `a 'b' "c" %j ${evil}\n#SBATCH --hold`);
afterAll(() => rmSync(top, { recursive: true }));
/** Finds node, and no command of SLURM. */
const path = join(top, 'empty');
const gradalign = (...args: string[]) => run(folder, args, { env: { PATH: path } });
const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
const study = (output: string) =>
  JSON.stringify({
    experiment: 'digits.yaml',
    leaveOut: ['turned'],
    methods: { erm: { optimizer: 'erm' }, [`sam ${evil}`]: { optimizer: 'sam', threads: 3 } },
    output,
  });

beforeAll(() => {
  mkdirSync(folder);
  mkdirSync(path);
  write('digits.yaml', digits());
  write('study.yaml', study('out'));
});

describe('compare --slurm --dry-run', () => {
  it('shows the commands, the tasks and the scripts, and writes nothing; it needs no SLURM', async () => {
    write(
      'all.yaml',
      `partition: gpu,gpu2
account: lab
qos: low
reservation: mine
constraint: a100&nvlink
gres: gpu:1
time: 1-12:00:00
memory: 16G
cpus: 4
concurrency: 20
saveBefore: 300
requeues: 7
setup: [module load nodejs, 'export A="b c"']
table: { partition: cpu, time: 30, cpus: 1 }
sbatch: { mail-type: END, exclusive: true, exclude: false, nice: 100 }
`,
    );
    const { status, out, err } = await gradalign(
      'compare',
      'study.yaml',
      '--slurm',
      'all.yaml',
      '--dry-run',
      '--json',
      '--set',
      `name=${evil}`,
      '--baseline',
      'erm',
      '--format',
      'latex',
      '-o',
      'my table.tex',
    );
    expect(status, err).toBe(0);
    const { commands, tasks, scripts, folder: at } = JSON.parse(out);
    expect(at).toBe(join(folder, 'out', 'slurm', '1'));
    const resources = [
      '--account=lab',
      '--partition=gpu,gpu2',
      '--qos=low',
      '--reservation=mine',
      '--constraint=a100&nvlink',
      '--gres=gpu:1',
      '--time=1-12:00:00',
      '--mem=16G',
      '--cpus-per-task=4',
    ];
    const name = expect.stringMatching(/^--job-name=gradalign-out-[\da-f]{8}-0$/);
    const common = ['--chdir=/', `--output=${at.replace('%j', '%%j')}/runs-0-%a.log`, '--open-mode=append', '--ntasks=1'];
    const others = ['--mail-type=END', '--exclusive', '--nice=100'];
    expect(commands[0]).toEqual([
      'sbatch',
      '--array=0-1%20',
      '--requeue',
      '--signal=B:USR1@300',
      '--parsable',
      name,
      ...common,
      ...resources,
      ...others,
      `${at}/task.sh`,
      '0',
    ]);
    expect(commands[1].slice(7)).toEqual([
      ...['--dependency=afterany:<1>', '--account=lab', '--partition=cpu', '--qos=low', '--reservation=mine', '--time=30', '--mem=16G', '--cpus-per-task=1'],
      ...[...others, `${at}/table.sh`, 'table', 'report'],
    ]);
    const [first, second] = tasks[0].map(({ arguments: args }: { arguments: string[] }) => args);
    // The second method sets its own threads.
    expect(first.slice(0, 5)).toEqual(['train', 'study.yaml', '--method=erm', '--target=turned', '--seed=0']);
    expect(first.slice(6)).toEqual([`--set=name=${evil}`, '--set=threads=4', '--wait=180']);
    expect(second.slice(2, 3)).toEqual([`--method=sam ${evil}`]);
    expect(second.slice(6)).toEqual([`--set=name=${evil}`, '--wait=180']);
    expect(scripts[`${at}/task.sh`]).toContain('\nmodule load nodejs\nexport A="b c"\n');
    expect(existsSync(join(folder, 'out'))).toBe(false);
  });

  it('for people prints commands that a shell reads back', async () => {
    const { status, out } = await gradalign('compare', 'study.yaml', '--slurm', '--dry-run');
    expect(status).toBe(0);
    // The folder's name has a line break in it.
    const end = out.indexOf('sbatch', 1);
    const words = execFileSync('/bin/bash', ['-c', `printf '%s\\0' ${out.slice(0, end)}`], { encoding: 'utf8' }).split('\0');
    expect(words.slice(0, 3)).toEqual(['sbatch', '--array=0-1', '--requeue']);
    expect(words.at(-3)).toBe(join(folder, 'out', 'slurm', '1', 'task.sh'));
    expect(out).toContain('\n# tasks of <1>\n0: gradalign train study.yaml --method=erm ');
    expect(readdirSync(folder).sort()).toEqual(['all.yaml', 'digits.yaml', 'study.yaml']);
  });
});

describe('the script of a task', () => {
  const at = join(top, "scripts $(touch pwned) 'x'\n`touch pwned`");
  const script = (command: readonly string[], more: Partial<Parameters<typeof taskScript>[0]> = {}) =>
    taskScript({ command, setup: [], requeues: 2, workingFolder: at, argumentsFolder: join(at, 'arguments'), ...more });
  const env = (more: Readonly<Record<string, string>> = {}) => ({
    PATH: `${join(at, 'bin')}:${process.env['PATH']}`,
    SLURM_ARRAY_JOB_ID: '12',
    SLURM_ARRAY_TASK_ID: '3',
    ...more,
  });
  const nasty = ['', ' ', '-n', '$(touch pwned)', '`touch pwned`', 'a\nb', '"', "'", '\\', '*', '%s', 'é'];

  beforeAll(() => {
    mkdirSync(join(at, 'arguments'), { recursive: true });
    mkdirSync(join(at, 'bin'));
    writeFileSync(join(at, 'arguments', '0-3'), argumentsText(nasty));
    // What a run does: saves when it is told to stop, once more is too much.
    writeFileSync(
      join(at, 'run.mjs'),
      "let told = 0; process.on('SIGTERM', () => { console.log('told', ++told); setTimeout(() => process.exit(Number(process.argv[2])), 300); }); setInterval(() => {}, 1000); console.log('ready');",
    );
    writeFileSync(join(at, 'bin', 'scontrol'), '#!/bin/sh\necho "scontrol $*"\n');
    chmodSync(join(at, 'bin', 'scontrol'), 0o755);
  });

  /** Runs it, and signals it when the run is ready. */
  async function signaled(text: string, signals: readonly NodeJS.Signals[], more: Readonly<Record<string, string>> = {}) {
    const child = spawn('/bin/bash', ['-c', text, 'task.sh', '0'], { env: env(more), stdio: ['ignore', 'pipe', 'inherit'] });
    let out = '';
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      out += part;
      if (part.includes('ready')) for (const signal of signals) child.kill(signal);
    });
    const [code] = await once(child, 'close');
    return { code, out: out.split('\n').slice(1, -1) };
  }

  it('gives a run its arguments as they are, and its exit code is its own', () => {
    const echo = script([process.execPath, '-e', 'console.log(JSON.stringify(process.argv.slice(1))); process.exitCode = 0', '--']);
    const out = execFileSync('/bin/bash', ['-c', echo, 'task.sh', '0'], { encoding: 'utf8', env: env(), cwd: '/', stdio: ['ignore', 'pipe', 'inherit'] });
    expect(JSON.parse(out.trimEnd().split('\n').at(-1) ?? '')).toEqual(nasty);
    expect(existsSync(join(at, 'pwned')) || existsSync('/pwned')).toBe(false);
    const fail = script([process.execPath, '-e', 'process.exit(7)', '--']);
    expect(() => execFileSync('/bin/bash', ['-c', fail, 'task.sh', '0'], { env: env(), stdio: 'ignore' })).toThrow(expect.objectContaining({ status: 7 }));
  });

  it('near the time limit tells the run to stop, waits until it has saved, and queues its own task again', async () => {
    const { code, out } = await signaled(script([process.execPath, 'run.mjs', '130']), ['SIGUSR1']);
    expect(out).toEqual(['ready', 'told 1', 'scontrol requeue 12_3', 'the time limit is near: saved, and queued again']);
    expect(code).toBe(0);
  });

  it.each([
    ['that finished all the same', '0', 0],
    ['that failed', '1', 1],
  ])('does not queue a run again %s', async (_, exit, expected) => {
    expect(await signaled(script([process.execPath, 'run.mjs', exit]), ['SIGUSR1'])).toEqual({ code: expected, out: ['ready', 'told 1'] });
  });

  it('that is canceled passes that on, and is not queued again', async () => {
    expect(await signaled(script([process.execPath, 'run.mjs', '130']), ['SIGTERM'])).toEqual({ code: 130, out: ['ready', 'told 1'] });
  });

  it('queues a run again as often as asked, no more', async () => {
    const { code, out } = await signaled(script([process.execPath, 'run.mjs', '130']), ['SIGUSR1'], { SLURM_RESTART_COUNT: '2' });
    expect([code, out]).toEqual([130, ['ready', 'told 1']]);
  });

  it('also where the setup sets -eu', async () => {
    const { code, out } = await signaled(script([process.execPath, 'run.mjs', '130'], { setup: ['set -eu'] }), ['SIGUSR1']);
    expect([code, out.slice(2)]).toEqual([0, ['scontrol requeue 12_3', 'the time limit is near: saved, and queued again']]);
  });
});

describe('bad input', () => {
  const here = (line: number, column: number, text: string) => `bad.yaml:${line}:${column} ${text}`;

  it.each([
    ['partiton: gpu\n', here(1, 1, "partiton: 'partiton' is not known here"), "did you mean 'partition'?"],
    ['time: 30\n  \ntable: { tme: 1 }\n', here(3, 10, "table.tme: 'tme' is not known here"), "did you mean 'time'?"],
    ['time: 2 hours\n', here(1, 7, 'time: found text "2 hours", expected minutes, minutes:seconds'), 'or UNLIMITED'],
    ['time: 0\n', here(1, 7, 'time: found the number 0, expected minutes'), ''],
    ['time: 4\n', here(1, 7, 'time: found the number 4, expected at least 2 minutes more than saveBefore, which is 180 s'), ''],
    ['table:\n  time: soon\n', here(2, 9, 'table.time: found text "soon", expected minutes'), ''],
    ['concurrency: 0\n', here(1, 14, 'concurrency: found the number 0, expected a number >= 1'), ''],
    ['concurrency: many\n', here(1, 14, 'concurrency: found text "many", expected a whole number'), ''],
    ['cpus: 1.5\n', here(1, 7, 'cpus: found the number 1.5, expected a whole number'), ''],
    ['memory: lots\n', here(1, 9, 'memory: found text "lots", expected megabytes, or a whole number with K, M, G or T: 16G'), ''],
    ['partition: "a b"\n', here(1, 12, 'partition: found text "a b", expected a text without spaces and control characters'), ''],
    ['setup: module load\n', here(1, 8, 'setup: found text "module load", expected a list'), ''],
    ['sbatch: { array: 3 }\n', here(1, 18, "sbatch.array: found the number 3, expected it as 'concurrency', beside 'sbatch'"), ''],
    ['sbatch: { wrap: rm }\n', here(1, 17, 'sbatch.wrap: found text "rm", expected none of this name: gradalign sets it itself'), ''],
    ['sbatch: { --nice: 3 }\n', here(1, 19, 'sbatch.--nice: found the number 3, expected the name of an option as sbatch writes it'), ''],
    ['', here(1, 1, 'the file is empty'), 'expected keys and values'],
    ['a: [\n', 'bad.yaml:', ''],
  ])('options %j are wrong', async (text, message, more) => {
    write('bad.yaml', text);
    const { status, out, err } = await gradalign('compare', 'study.yaml', '--slurm', 'bad.yaml');
    expect([status, out, err]).toEqual([2, '', expect.stringContaining(message)]);
    expect(err).toContain(more);
    expect(existsSync(join(folder, 'out'))).toBe(false);
  });

  it.each([
    [['--slurm', 'none.yaml'], 'Cannot read none.yaml'],
    [['--slurm', '--jobs', '2'], '--slurm and --jobs are both given, expected one of them'],
    [['--slurm', '--plan'], '--slurm and --plan are both given'],
    [['--slurm', '--status'], '--slurm and --status are both given'],
    [['--finished', '--jobs', '2'], '--finished and --jobs are both given'],
    [['--dry-run'], '--dry-run is given without --slurm, expected both'],
  ])('compare %j is wrong usage', async (args, message) => {
    const { status, err } = await gradalign('compare', 'study.yaml', ...args);
    expect([status, err]).toEqual([2, expect.stringContaining(message)]);
  });

  it('train --wait takes seconds, of a run of a study', async () => {
    expect(await gradalign('train', 'study.yaml', '--method', 'erm', '--wait', 'long')).toMatchObject({
      status: 2,
      err: expect.stringContaining("--wait is 'long', expected a number from 0"),
    });
    expect(await gradalign('train', 'digits.yaml', '--wait', '3')).toMatchObject({ status: 2, err: expect.stringContaining('a run of a study only') });
  });

  it('without sbatch on the PATH nothing is written', async () => {
    const { status, out, err } = await gradalign('compare', 'study.yaml', '--slurm');
    expect([status, out]).toEqual([1, '']);
    expect(err).toBe('Cannot submit the runs: there is no sbatch on the PATH, expected a machine that submits jobs to SLURM (--dry-run shows them anywhere)\n');
    expect(existsSync(join(folder, 'out'))).toBe(false);
  });

  it('a path with a backslash is refused, which no option of sbatch can say beside its symbols', async () => {
    write('backslash.yaml', study('back\\slash'));
    expect(await gradalign('compare', 'backslash.yaml', '--slurm', '--dry-run')).toMatchObject({
      status: 2,
      err: expect.stringContaining('has a backslash in it'),
    });
  });
});

describe('train --wait', () => {
  it('waits for a folder that another process works in, and no longer than asked', async () => {
    write('waiting.yaml', study('waiting'));
    const { jobs } = JSON.parse((await gradalign('compare', 'waiting.yaml', '--plan', '--json')).out);
    const at: string = jobs[0].folder;
    mkdirSync(at, { recursive: true });
    const lock = lockFolder(at, 'test');
    const train = (seconds: string) => gradalign('train', 'waiting.yaml', '--method', 'erm', '--output', at, '--set', 'train.epochs=1', '--wait', seconds);
    expect(await train('0.1')).toMatchObject({ status: 1, err: expect.stringContaining('is running in it, expected one process a folder') });
    setTimeout(() => lock[Symbol.dispose](), 500);
    expect(await train('60')).toMatchObject({ status: 0, out: expect.stringContaining('written to') });
  });
});

describe('compare --finished', () => {
  it('trains nothing, and names what is missing', async () => {
    const { status, out } = await gradalign('compare', 'study.yaml', '--finished');
    expect(status).toBe(0);
    expect(out).toMatch(/erm/);
    expect(existsSync(join(folder, 'out'))).toBe(false);
  });
});

describe('a study that was submitted', () => {
  const submission = (name: string, text: string) => {
    mkdirSync(join(folder, name, 'slurm', '1'), { recursive: true });
    write(`${name}/slurm/1/submission.json`, text);
    write(`${name}.yaml`, study(name));
  };
  const stages = [{ name: 'gradalign-a-0', job: '12', runs: [{ method: 'erm', target: 'turned', seed: 0, folder: join(folder, 'absent', 'x') }] }];

  it('has a status also where there is no SLURM, and says so', async () => {
    submission('absent', JSON.stringify({ time: 'then', stages, table: { name: 'gradalign-a-table', job: '13' } }));
    const { status, out, err } = await gradalign('compare', 'absent.yaml', '--status');
    expect([status, err]).toEqual([0, 'warning: the queue of SLURM is not known here: there is no squeue on the PATH\n']);
    expect(out).toContain('2 runs: 2 waiting');
  });

  it.each([
    ['damaged', '{"time": ', 'it is not JSON'],
    ['other', '{"time": "then", "stages": [{ "name": "a; rm", "runs": [] }], "table": {}}', 'it describes no submission'],
  ])('and whose record is %s is told, not guessed', async (name, text, is) => {
    submission(name, text);
    const { status, err } = await gradalign('compare', `${name}.yaml`, '--status');
    expect([status, err]).toEqual([1, expect.stringContaining(`submission.json: ${is}, expected what compare --slurm wrote`)]);
    expect(readFileSync(join(folder, name, 'slurm', '1', 'submission.json'), 'utf8')).toBe(text);
  });
});
