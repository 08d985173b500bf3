import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { arrayLimit } from '../src/jobs/slurm/array-limit.ts';
import { arraysOf, type JobArray } from '../src/jobs/slurm/arrays-of.ts';
import { planSubmission } from '../src/jobs/slurm/plan-submission.ts';
import { sendSubmission } from '../src/jobs/slurm/send-submission.ts';
import type { SlurmOptions } from '../src/jobs/slurm/slurm-options.ts';
import { stagesOf } from '../src/jobs/slurm/stages-of.ts';
import type { Submission } from '../src/jobs/slurm/submission.ts';
import { digits } from './experiments.ts';
import { gradalignArguments } from './run-gradalign.ts';
import { type SlurmCluster, startSlurm, withoutSlurm } from './slurm-cluster.ts';

const reason = withoutSlurm();
if (reason !== undefined && process.env['CI']) throw new Error(reason);
if (reason !== undefined) console.log(`skipped: ${reason}`);

/** A command that would show that a shell has read a name. */
const evil = '$(touch pwned) `touch pwned`;touch pwned&';

describe.skipIf(reason !== undefined)('a real SLURM', { timeout: 600_000 }, () => {
  const folder = join(mkdtempSync(join(tmpdir(), 'gradalign slurm-')), `a 'b' "c" %j %a ${evil}\n#SBATCH --hold\né*`);
  let cluster: SlurmCluster;
  const gradalign = (...args: string[]) => cluster.run(process.execPath, [...gradalignArguments, ...args], { cwd: folder });
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  const study = (output: string) =>
    JSON.stringify({
      experiment: 'digits.yaml',
      leaveOut: [`turned ${evil}`],
      methods: { erm: { optimizer: 'erm' }, "it's": {}, [`sam ${evil}`]: { optimizer: 'sam' } },
      seeds: [0, 1],
      output,
    });

  beforeAll(async () => {
    mkdirSync(folder);
    write(
      'digits.yaml',
      digits()
        .replace('workers: 0', 'workers: 0\nthreads: 1')
        .replace('turned:', `${JSON.stringify(`turned ${evil}`)}:`)
        .replace('epochs: 3', 'epochs: 8'),
    );
    write('slurm.yaml', 'partition: main\ntime: 30\nconcurrency: 2\ncpus: 1\nmemory: 100M\nsetup: ["echo set up", "export SET_UP=\'yes\'"]\n');
    // The six runs of a study fit into an array.
    cluster = await startSlurm(['MaxArraySize=6']);
  });
  afterAll(async () => {
    await cluster?.stop();
    rmSync(join(folder, '..'), { recursive: true, force: true });
  });

  const runsOf = (output: string) => readdirSync(join(folder, output)).filter((name) => existsSync(join(folder, output, name, 'experiment.yaml')));
  const statusOf = (file: string) => JSON.parse(gradalign('compare', file, '--status', '--json').out) as Status;
  const queued = () => cluster.run('squeue', ['-h', '-r', '-o', '%F_%K %T']).out.trim();

  /** Everything that a study's runs have computed: weights, scores, figures. */
  function computed(output: string): Record<string, string> {
    return Object.fromEntries(
      runsOf(output).flatMap((name) => {
        const at = join(folder, output, name);
        // How long it took, and the digest of all.
        const { seconds: _, sha256: __, ...results } = JSON.parse(readFileSync(join(at, 'results.json'), 'utf8'));
        const files = [
          ...['model', 'state'].map((file) => `checkpoints/${results.checkpoint}/${file}.safetensors`),
          ...readdirSync(join(at, 'scores')).map((file) => `scores/${file}`),
        ];
        return [
          [`${name}/results`, JSON.stringify(results)] as const,
          ...files.map((file) => [`${name}/${file}`, readFileSync(join(at, file)).toString('base64')] as const),
        ];
      }),
    );
  }

  /** The task of a run that has trained some steps and trains on, each run once; from the folders, for speed. */
  async function training(output: string, but: readonly string[] = []): Promise<{ readonly task: string; readonly folder: string }> {
    const { stages } = JSON.parse(readFileSync(join(folder, output, 'slurm', '1', 'submission.json'), 'utf8')) as Submission;
    for (;;) {
      for (const { job, runs } of stages)
        for (const [task, { folder: of }] of runs.entries()) {
          const [steps, lock] = [join(of, 'log.jsonl'), join(of, '.lock')];
          if (!but.includes(of) && existsSync(lock) && existsSync(steps) && readFileSync(steps, 'utf8').includes('"step"'))
            return { task: `${job}_${task}`, folder: of };
        }
      await sleep(50);
    }
  }

  async function untilEnded(): Promise<void> {
    while (queued() !== '') await sleep(500);
  }

  const log = (output: string, number: number, task: string) =>
    readFileSync(join(folder, output, 'slurm', String(number), `runs-0-${task.replace(/.*_/, '')}.log`), 'utf8');

  // Some 25 processes that each load an engine or a study: minutes on a machine that does other things too.
  it('trains six runs, one told at its time limit, one queued again and one canceled in the middle, to the bytes of a local study', {
    timeout: 1_800_000,
  }, async () => {
    write('local.yaml', study('local'));
    expect(gradalign('compare', 'local.yaml', '-q', '-o', 'local.md')).toMatchObject({ status: 0 });
    write('study.yaml', study('out'));
    const first = gradalign('compare', 'study.yaml', '--slurm', 'slurm.yaml');
    expect([first.status, first.out], first.err).toEqual([0, expect.stringMatching(/^job \d+: 6 runs\njob \d+: table and report when they have ended/)]);
    const timedOut = await training('out');
    // As the cluster signals the batch script, which started the run: ahead of the time limit.
    const { pid } = JSON.parse(readFileSync(join(timedOut.folder, '.lock'), 'utf8')) as { readonly pid: number };
    expect(cluster.run('bash', ['-c', 'read -r _ _ _ script _ < "/proc/$1/stat" && kill -USR1 "$script"', '-', String(pid)])).toMatchObject({ status: 0 });
    const queuedAgain = await training('out', [timedOut.folder]);
    expect(cluster.run('scontrol', ['requeue', queuedAgain.task])).toMatchObject({ status: 0 });
    const canceled = await training('out', [timedOut.folder, queuedAgain.folder]);
    expect(cluster.run('scancel', [canceled.task])).toMatchObject({ status: 0 });
    await untilEnded();

    expect(log('out', 1, timedOut.task)).toContain('the time limit is near: saved, and queued again\n');
    expect(log('out', 1, timedOut.task)).toContain('started 1 times before\nset up\n');
    expect(log('out', 1, queuedAgain.task)).toContain('started 1 times before\nset up\n');
    const { runs, counts, table } = statusOf('study.yaml');
    expect(counts).toEqual({ finished: 5, running: 0, interrupted: 1, stopped: 0, waiting: 0 });
    expect(table).toMatchObject({ state: 'completed', active: false });
    expect(runs.find(({ folder: of }) => of === canceled.folder)).toMatchObject({
      state: 'interrupted',
      slurm: { job: canceled.task, state: 'cancelled', active: false },
    });
    expect(runs.filter(({ slurm }) => slurm?.state === 'completed')).toHaveLength(5);
    for (const { folder: of } of [timedOut, queuedAgain]) expect(readFileSync(join(of, 'history.jsonl'), 'utf8').trim().split('\n').length).toBeGreaterThan(1);
    expect(readFileSync(join(folder, 'out', 'slurm', 'table.md'), 'utf8')).toContain('not finished');

    const rest = gradalign('compare', 'study.yaml', '--slurm', 'slurm.yaml', '-o', 'table.md');
    expect([rest.status, rest.out, rest.err]).toEqual([
      0,
      expect.stringMatching(/^job \d+: 1 runs\n/),
      expect.stringContaining('6 runs, 5 finished, 0 in the queue, 1 to submit'),
    ]);
    await untilEnded();
    const bytes = computed('out');
    // Figures, weights, state and scores of each.
    expect(Object.keys(bytes).length).toBeGreaterThanOrEqual(6 * 3);
    expect(bytes).toEqual(computed('local'));
    const figures = (file: string) =>
      readFileSync(join(folder, file), 'utf8')
        .split('\n')
        .filter((line) => line.startsWith('|'))
        .map((line) => line.replace(/\d+ (s|min)\b.*/, ''));
    expect(figures('table.md')).toEqual(figures('local.md'));
    expect(statSync(join(folder, 'out', 'slurm', 'report.html')).size).toBeGreaterThan(10_000);
    for (const at of [folder, '/', join(folder, 'out')]) expect(existsSync(join(at, 'pwned'))).toBe(false);
  });

  it('submits nothing twice, and again what was canceled', async () => {
    write('twice.yaml', study('twice'));
    write('held.yaml', 'sbatch: { hold: true }\n');
    const submit = () => gradalign('compare', 'twice.yaml', '--slurm', 'held.yaml');
    expect(submit()).toMatchObject({ status: 0, out: expect.stringContaining('6 runs') });
    expect(submit()).toEqual({ status: 0, out: 'nothing to submit\n', err: '6 runs, 0 finished, 6 in the queue, 0 to submit\n' });
    const { runs, counts } = statusOf('twice.yaml');
    expect(counts).toMatchObject({ waiting: 6 });
    expect(runs.map(({ slurm }) => slurm)).toEqual(
      Array.from({ length: 6 }, () => expect.objectContaining({ state: 'pending', reason: 'JobHeldUser', active: true })),
    );
    const { stages, table } = JSON.parse(readFileSync(join(folder, 'twice', 'slurm', '1', 'submission.json'), 'utf8')) as Submission;
    // Whole arrays: of single tasks that never ran SLURM forgets that they were canceled.
    expect(
      cluster.run(
        'scancel',
        [...stages, table].flatMap(({ job = '' }) => job),
      ),
    ).toMatchObject({ status: 0 });
    await untilEnded();
    expect(statusOf('twice.yaml').runs.map(({ slurm }) => slurm?.state)).toEqual(Array.from({ length: 6 }, () => 'cancelled'));
    expect(submit()).toMatchObject({ status: 0, err: expect.stringContaining('0 in the queue, 6 to submit') });
    expect(readdirSync(join(folder, 'twice', 'slurm'))).toEqual(['1', '2']);
    expect(cluster.run('scancel', ['--me'])).toMatchObject({ status: 0 });
    await untilEnded();
  });

  it.each([
    ['partition: nowhere\n', /invalid partition specified: nowhere/],
    ['sbatch: { no-such-option: 3 }\n', /unrecognized option '--no-such-option=3'/],
    ['sbatch: { mail-type: SOMETIMES }\n', /mail-type/i],
    // The array is accepted, and its table is not.
    ['table: { partition: nowhere }\n', /invalid partition specified: nowhere/],
  ])('that refuses %j is told, and nothing stays behind', (options, message) => {
    write('refused.yaml', study('refused'));
    write('bad.yaml', `time: 30\n${options}`);
    const { status, out, err } = gradalign('compare', 'refused.yaml', '--slurm', 'bad.yaml');
    expect([status, out, err]).toEqual([1, '', expect.stringMatching(/Cannot submit the runs: sbatch ended with exit code/)]);
    expect(err).toMatch(message);
    expect(existsSync(join(folder, 'refused'))).toBe(false);
    expect(queued()).toBe('');
  });

  it('is not asked where the folder of the study cannot be written to', () => {
    write('taken', 'mine');
    mkdirSync(join(folder, 'read-only'));
    mkdirSync(join(folder, 'half'));
    write('half/slurm', 'mine too');
    // Of the cluster's namespace alone.
    expect(cluster.run('mount', ['-t', 'tmpfs', '-o', 'ro', 'tmpfs', join(folder, 'read-only')])).toMatchObject({ status: 0 });
    for (const [output, is] of [
      ['taken', /there is a file in its place|not a directory/i],
      ['read-only/out', /read-only/i],
      ['half', /there is a file in its place/],
    ] as const) {
      write('unwritable.yaml', study(output));
      const { status, out, err } = gradalign('compare', 'unwritable.yaml', '--slurm');
      expect([status, out, err], output).toEqual([1, '', expect.stringMatching(is)]);
    }
    expect([readFileSync(join(folder, 'taken'), 'utf8'), readFileSync(join(folder, 'half', 'slurm'), 'utf8')]).toEqual(['mine', 'mine too']);
    expect(queued()).toBe('');
  });

  /** Asks the cluster from this process. */
  async function onCluster<T>(ask: () => T | Promise<T>): Promise<T> {
    const before = process.env['SLURM_CONF'];
    process.env['SLURM_CONF'] = cluster.configuration;
    try {
      return await ask();
    } finally {
      if (before === undefined) delete process.env['SLURM_CONF'];
      else process.env['SLURM_CONF'] = before;
    }
  }

  /** Submits jobs of any command, as a study is submitted, and waits until they have ended. */
  async function submitted(output: string, arrays: readonly JobArray[], slurm: Partial<SlurmOptions>): Promise<string> {
    const at = join(output, 'slurm', '1');
    const options = { saveBefore: 60, requeues: 3, setup: [], table: {}, sbatch: {}, ...slurm };
    const planned = planSubmission(arrays, { output, folder: at, tableCommands: { table: [join(output, 'table')] }, queued: new Map(), slurm: options });
    await onCluster(() => sendSubmission(planned));
    await untilEnded();
    return at;
  }

  const job = (output: string, name: string, ...after: string[]) => ({
    ...{ method: name, target: 'a', seed: 0, state: 'waiting' as const, folder: join(output, name), fingerprint: null, command: '' },
    ...{ arguments: [join(output, name)], after: after.map((one) => join(output, one)) },
  });

  it('runs what waits for other runs after them: seven trials in two arrays, as the cluster takes six in one, and the table last', async () => {
    const most = (await onCluster(arrayLimit)) ?? 0;
    expect(most).toBe(6);
    expect(cluster.run('sbatch', ['--array=0-6', '--wrap=true']).err).toContain('Invalid job array specification');
    const output = join(folder, 'stages');
    mkdirSync(output);
    const trials = Array.from({ length: 7 }, (_, i) => `trial ${i}`);
    const stages = stagesOf([job(output, 'run', ...trials), ...trials.map((name) => job(output, name))]);
    const at = await submitted(output, arraysOf(stages, { most }), { command: ['bash', '-c', 'sleep 1; date +%s%N > "$1"', '-'] });
    expect((JSON.parse(readFileSync(join(at, 'submission.json'), 'utf8')) as Submission).stages.map(({ runs }) => runs.length)).toEqual([6, 1, 1]);
    const ended = (name: string) => BigInt(readFileSync(join(output, name), 'utf8').trim());
    const second = 1_000_000_000n;
    for (const name of trials) expect(ended('run') - ended(name)).toBeGreaterThanOrEqual(second);
    expect(ended('table') - ended('run')).toBeGreaterThanOrEqual(second);
  });

  it('signals a task ahead of its time limit of a minute, which ends and is queued again', async () => {
    const output = join(folder, 'limited');
    mkdirSync(output);
    const run =
      'if [ -e "$1.saved" ] || [[ $1 = */table ]]; then echo done > "$1"; exit; fi; trap \'touch "$1.saved"; exit 130\' TERM; while :; do sleep 0.1; done';
    const at = await submitted(output, arraysOf(stagesOf([job(output, 'run')]), {}), { time: 1, saveBefore: 10, command: ['bash', '-c', run, '-'] });
    expect(readFileSync(join(output, 'run'), 'utf8')).toBe('done\n');
    const printed = readFileSync(join(at, 'runs-0-0.log'), 'utf8');
    expect(printed).toMatch(/the time limit is near: saved, and queued again\n/);
    expect(printed).toContain('started 1 times before');
  });
});

interface Job {
  readonly job: string;
  readonly state: string;
  readonly reason?: string;
  readonly active: boolean;
}

interface Status {
  readonly runs: readonly { readonly state: string; readonly at?: string; readonly folder?: string; readonly slurm?: Job }[];
  readonly counts: Readonly<Record<string, number>>;
  readonly table?: Job;
}
