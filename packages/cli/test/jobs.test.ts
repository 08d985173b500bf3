import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digits } from './experiments.ts';
import { gradalign as run } from './run-gradalign.ts';

const folder = mkdtempSync(join(tmpdir(), "gradalign jobs é'-"));
afterAll(() => rmSync(folder, { recursive: true }));
const gradalign = (...args: string[]) => run(folder, args);
const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
const study = (output: string, more = '') =>
  `experiment: digits.yaml\nleaveOut: [turned]\nmethods: { erm: { optimizer: erm, train: { epochs: 1 } }, "gac é": { train: { epochs: 1 } } }\noutput: ${output}\n${more}`;

beforeAll(() => write('digits.yaml', digits()));

describe('compare --plan', () => {
  it('prints a command a run, whose words a shell reads back; a command trains its run, and the plan then leaves it out', async () => {
    write('plan.yaml', study('planned', 'seeds: [0, 7]\n'));
    const { status, out, err } = await gradalign('compare', 'plan.yaml', '--plan', '--set', 'name=a b');
    expect(status, err).toBe(0);
    const lines = out.trimEnd().split('\n');
    expect(lines).toHaveLength(4);
    const words = lines.map((line) =>
      execFileSync('sh', ['-c', `printf '%s\\n' ${line}`], { encoding: 'utf8' })
        .trimEnd()
        .split('\n'),
    );
    expect(words[1]?.slice(0, 5)).toEqual(['gradalign', 'train', 'plan.yaml', '--method=gac é', '--target=turned']);
    expect(words[0]?.at(-1)).toBe('--set=name=a b');
    expect(existsSync(join(folder, 'planned'))).toBe(false);
    expect(await gradalign(...(words[0] as string[]).slice(1))).toMatchObject({ status: 0 });
    const after = JSON.parse((await gradalign('compare', 'plan.yaml', '--plan', '--json')).out);
    expect(after).toMatchObject({ runs: 4, finished: 1, workingFolder: realpathSync(folder) });
    expect(after.jobs.map(({ method, seed, after: needs }: Record<string, unknown>) => [method, seed, needs])).toEqual([
      ['gac é', 0, []],
      ['erm', 7, []],
      ['gac é', 7, []],
    ]);
    for (const { folder: of, fingerprint } of after.jobs) expect(of.endsWith(`-${fingerprint.slice(0, 6)}`)).toBe(true);
    const again = await gradalign(...(words[0] as string[]).slice(1));
    expect(again).toMatchObject({ status: 0, err: expect.stringContaining('already finished, skipping') });
  });

  it('of 80 runs takes under 2 s', async () => {
    const angles = { turned: 15, far: 60, farther: 75 };
    const domains = Object.entries(angles).map(([name, angle]) => `    ${name}: { use: rotated-mnist, angle: ${angle}, limit: 60 }\n`);
    write(
      'four.yaml',
      digits()
        .replace(/ {4}turned: .*\n/, domains.join(''))
        .replace(/ {2}target:\n.*\n/, ''),
    );
    const methods = '{ erm: { optimizer: erm }, gac: {}, sam: { optimizer: sam }, fish: { optimizer: fish } }';
    write('eighty.yaml', `experiment: four.yaml\nmethods: ${methods}\nseeds: [0, 1, 2, 3, 4]\noutput: eighty\n`);
    const before = process.cpuUsage();
    const { status, out, err } = await gradalign('compare', 'eighty.yaml', '--plan');
    const { user, system } = process.cpuUsage(before);
    expect(status, err).toBe(0);
    expect(new Set(out.trimEnd().split('\n')).size).toBe(80);
    // Time of the processor: other tests run beside this one.
    expect((user + system) / 1e6).toBeLessThan(2);
  });
});

describe('compare --status', () => {
  it('tells running, interrupted, stopped, damaged and waiting runs apart, by their folders', async () => {
    write('states.yaml', study('states', 'seeds: [0, 1, 2]\n'));
    const make = (name: string, files: Readonly<Record<string, string>>) => {
      mkdirSync(join(folder, 'states', name), { recursive: true });
      for (const [file, text] of Object.entries(files)) write(`states/${name}/${file}`, text);
    };
    const step = '{"event":"step","step":11,"epoch":2}\n';
    make('erm-turned-seed0-aaaaaa', { 'results.json': '{}' });
    make('gac é-turned-seed0-aaaaaa', {
      '.lock': JSON.stringify({ pid: 1, host: hostname(), time: new Date().toISOString() }),
      'log.jsonl': `${step}{"event":"st`,
    });
    make('erm-turned-seed1-aaaaaa', { 'experiment.yaml': '', 'log.jsonl': `${step}{"event":"end","reason":"interrupted"}\n` });
    make('gac é-turned-seed1-aaaaaa', { 'experiment.yaml': '', 'log.jsonl': step, 'train.log': 'one\nCannot read domain a\n' });
    make('unrelated', {});
    const { status, out } = await gradalign('compare', 'states.yaml', '--status', '--json');
    expect(status).toBe(0);
    const { runs, counts } = JSON.parse(out);
    expect(counts).toEqual({ finished: 0, running: 1, interrupted: 1, stopped: 2, waiting: 2 });
    expect(runs.map(({ at = '' }: { at?: string }) => at)).toEqual([
      'results.json is damaged',
      `epoch 2, step 11, process 1 on ${hostname()}`,
      'epoch 2, step 11',
      'epoch 2, step 11: Cannot read domain a',
      '',
      '',
    ]);
    expect((await gradalign('compare', 'states.yaml', '--status')).out).toMatch(/6 runs: 1 running, 1 interrupted, 2 stopped, 2 waiting\n$/);
  });

  it('a run of other settings is not the run of the study now; of several the one with its settings counts', async () => {
    write('changed.yaml', study('changed').replace('gac é', 'gac'));
    expect(await gradalign('compare', 'changed.yaml', '-q')).toMatchObject({ status: 0 });
    const status = async (...more: string[]) => JSON.parse((await gradalign('compare', 'changed.yaml', '--status', '--json', ...more)).out);
    const before = await status();
    expect(before).toMatchObject({ counts: { finished: 2 }, others: 0 });
    // How it is computed is no other setting; the learning rate is.
    expect(await status('--set', 'threads=1', '--set', 'data.cacheMegabytes=7')).toEqual(before);
    const changed = await status('--set', 'optimizer.base.learningRate=0.07');
    expect(changed).toMatchObject({ counts: { finished: 0, waiting: 2 }, others: 2 });
    const [{ folder: erm }] = before.runs;
    expect(changed.runs[0]).toEqual({ method: 'erm', target: 'turned', seed: 0, state: 'waiting', at: `${basename(erm)} has other settings` });
    mkdirSync(join(folder, 'changed', 'erm-turned-seed0-ffffff'));
    const later = { ...JSON.parse(readFileSync(join(erm, 'environment.json'), 'utf8')), settings: '0'.repeat(64) };
    write('changed/erm-turned-seed0-ffffff/environment.json', JSON.stringify(later));
    expect(await status()).toMatchObject({ counts: { finished: 2 }, others: 1, runs: [{ folder: erm }, {}] });
    write('changed/erm-turned-seed0-ffffff/environment.json', JSON.stringify({ ...later, gradalign: '0.0.1' }));
    // Another version may have had other defaults: the name counts, and the later folder.
    expect((await status()).runs[0].folder).toBe(join(folder, 'changed', 'erm-turned-seed0-ffffff'));
  });
});

describe('bad input', () => {
  beforeAll(() => write('bad.yaml', study('bad')));

  it.each([
    [['compare', 'bad.yaml', '--jobs', '0'], "--jobs is '0', expected a whole number from 1 to 256"],
    [['compare', 'bad.yaml', '--jobs', '1000'], "--jobs is '1000', expected a whole number from 1 to 256"],
    [['compare', 'bad.yaml', '--jobs', '2', '--threads-per-job', '0'], "--threads-per-job is '0', expected a whole number from 1 to 1024"],
    [['compare', 'bad.yaml', '--jobs', 'two'], "--jobs is 'two'"],
    [['compare', 'bad.yaml', '--jobs', '2', '--threads-per-job', '1.5'], "--threads-per-job is '1.5'"],
    [['compare', 'bad.yaml', '--threads-per-job', '2'], '--threads-per-job is given without --jobs'],
    [['compare', 'bad.yaml', '--plan', '--status'], '--plan and --status are both given'],
    [['compare', 'bad.yaml', '--estimate'], '--estimate is given without --plan'],
    [['train', 'bad.yaml', '--method', 'erm '], "the study has no method 'erm ', expected one of erm, gac é; did you mean 'erm'?"],
    [['train', 'bad.yaml'], '--method is not given, expected one of erm, gac é'],
    [['train', 'bad.yaml', '--method', 'erm', '--seed', '4'], "the study has no seed '4', expected one of 0"],
    [['train', 'bad.yaml', '--method', 'erm', '--resume', 'x'], '--resume names x, expected --output <folder>'],
    [['train', 'digits.yaml', '--method', 'erm'], 'digits.yaml:'],
  ])('%j is wrong usage', async (args, message) => {
    const { status, err } = await gradalign(...args);
    expect([status, err]).toEqual([2, expect.stringContaining(message)]);
    expect(existsSync(join(folder, 'bad'))).toBe(false);
  });

  it('two studies of one output share the runs that are the same, and keep apart those of one name with other settings', async () => {
    write('first.yaml', study('common').replace('gac é', 'gac'));
    write('second.yaml', study('common').replace('gac é', 'gac').replace('"gac": {', '"gac": { optimizer: { rho: 0.3 },'));
    expect(await gradalign('compare', 'first.yaml', '-q')).toMatchObject({ status: 0 });
    const planned = JSON.parse((await gradalign('compare', 'second.yaml', '--plan', '--json')).out);
    expect(planned).toMatchObject({ finished: 1, jobs: [{ method: 'gac' }] });
    expect(planned.jobs[0].folder).toMatch(/gac-turned-seed0-[\da-f]{6}$/);
    expect(existsSync(planned.jobs[0].folder)).toBe(false);
  });

  it('names that make the same beginning of a folder have folders of their own, and --status tells them apart; those that differ only in their case are refused', async () => {
    write(
      'three.yaml',
      digits()
        .replace('upright:', 'b-c:')
        .replace('turned:', 'c:')
        .replace(/ {2}target:\n.*\n/, ''),
    );
    write('names.yaml', 'experiment: three.yaml\nmethods: { a: { train: { epochs: 1 } }, a-b: { train: { epochs: 1 } } }\noutput: names\n');
    const { jobs } = JSON.parse((await gradalign('compare', 'names.yaml', '--plan', '--json')).out);
    const names = jobs.map(({ folder: of }: { folder: string }) => basename(of));
    expect(new Set(names.map((name: string) => name.toLowerCase())).size).toBe(4);
    const of = (method: string, target: string) => jobs.find((job: Record<string, unknown>) => job['method'] === method && job['target'] === target);
    expect(basename(of('a', 'b-c').folder)).toMatch(/^a-b-c-seed0-/);
    expect(basename(of('a-b', 'c').folder)).toMatch(/^a-b-c-seed0-/);
    // Both begin with `a-b-c-seed0-`: the settings tell whose run it is.
    expect(await gradalign(...of('a', 'b-c').arguments, '-q')).toMatchObject({ status: 0 });
    const { runs } = JSON.parse((await gradalign('compare', 'names.yaml', '--status', '--json')).out);
    const states = runs.map(({ method, target, state }: Record<string, string>) => [method, target, state]);
    expect(states.filter(([, , state]: string[]) => state === 'finished')).toEqual([['a', 'b-c', 'finished']]);
    write('case.yaml', 'experiment: three.yaml\nmethods: { a: {}, A: {} }\noutput: names\n');
    expect(await gradalign('compare', 'case.yaml', '--jobs', '2')).toMatchObject({ status: 2, err: expect.stringContaining("'A' and 'a' are one folder") });
  });

  it('--jobs that do not fit into the memory are refused before the first run', async () => {
    write('large.yaml', study('large', 'seeds: [0, 1, 2, 3]\n'));
    const { status, err } = await gradalign('compare', 'large.yaml', '--jobs', '8', '--set', 'data.batch.perDomain=2000', '--set', 'data.image.size=2048');
    expect([status, err]).toEqual([2, expect.stringMatching(/each of 8 jobs has .* GB, expected a smaller data.batch.perDomain/)]);
    expect(existsSync(join(folder, 'large'))).toBe(false);
  });

  it('an output that is a file is refused; a run whose output is a link, or whose place is a file, fails alone and leaves what is there', async () => {
    write('taken', 'mine');
    write('file.yaml', study('taken'));
    expect(await gradalign('compare', 'file.yaml', '--jobs', '1')).toMatchObject({ status: 1, err: expect.stringContaining('there is a file in its place') });
    write('link.yaml', study('link'));
    const { jobs } = JSON.parse((await gradalign('compare', 'link.yaml', '--plan', '--json')).out);
    mkdirSync(jobs[0].folder, { recursive: true });
    symlinkSync(join(folder, 'taken'), join(jobs[0].folder, 'train.log'));
    mkdirSync(join(jobs[1].folder, '..'), { recursive: true });
    writeFileSync(jobs[1].folder, 'mine too');
    writeFileSync(`${jobs[1].folder}${jobs[1].fingerprint.slice(6, 12)}`, 'this too');
    const { status, err } = await gradalign('compare', 'link.yaml', '--jobs', '2');
    expect(status).toBe(1);
    expect(err.match(/this run failed, going on with the others/g)).toHaveLength(2);
    expect(execFileSync('cat', [join(folder, 'taken')], { encoding: 'utf8' })).toBe('mine');
    expect(readdirSync(join(folder, 'link')).length).toBe(3);
  });
});
