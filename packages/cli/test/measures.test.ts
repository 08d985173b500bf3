import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LearningRates, ProfiledSteps, Summary, TraceEvent } from '@gradalign/core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { faces, writeFaces } from './experiments.ts';
import { gradalign as run } from './run-gradalign.ts';

const folder = mkdtempSync(join(tmpdir(), 'gradalign-measures-'));
afterAll(() => rmSync(folder, { recursive: true }));
const gradalign = (...args: string[]) => run(folder, args);

beforeAll(async () => {
  await writeFaces(join(folder, 'faces'));
  writeFileSync(join(folder, 'faces.yaml'), faces);
});

let before: string[] = [];
beforeEach(() => {
  before = readdirSync(folder).sort();
});
const leftBehind = () => readdirSync(folder).filter((name) => !before.includes(name));

describe('summary', () => {
  // tiny-cnn, width 4, 2 blocks: 3x3x3x4 = 108, norm 8; 3x3x4x8 = 288, norm 16; cosine head 8.
  it('lists the layers in their order with shapes, weights and when they are trained, and measures a step', async () => {
    const { status, out, err } = await gradalign(
      'summary',
      'faces.yaml',
      '--json',
      '--set',
      'train.freeze={"block1/**": 3, "**/gamma": 8}',
      '--set',
      'losses=[domain-bce, domain-adversarial]',
      '--set',
      'data.source={a: {use: image-folder, root: faces}, b: {use: image-folder, root: faces}}',
      '--set',
      'data.target={}',
    );
    expect([status, err.match(/bug/)]).toEqual([0, null]);
    const summary = JSON.parse(out) as Summary;
    expect(summary.layers.map(({ output, size, statistics, trainedFrom }) => ({ output, size, statistics, trainedFrom }))).toEqual([
      { output: [16, 16, 4], size: 108, statistics: 0, trainedFrom: 3 },
      { output: [16, 16, 4], size: 8, statistics: 8, trainedFrom: 'never' },
      { output: [8, 8, 8], size: 288, statistics: 0, trainedFrom: 0 },
      { output: [8, 8, 8], size: 16, statistics: 16, trainedFrom: 'never' },
      { output: [1], size: 8, statistics: 0, trainedFrom: 0 },
    ]);
    expect(summary.size.all).toBe(108 + 8 + 288 + 16 + 8);
    expect(summary.batch).toEqual({ samples: 16, views: 1, parts: 1 });
    expect(summary.losses.map(({ name }) => name)).toContain('domain-adversarial/hidden1/kernel');
    expect(summary.step.measured).toBe(3);
    expect(summary.step.milliseconds).toBeGreaterThan(0);
    expect(summary.step.tensorBytes).toBeGreaterThan(16 * 16 * 16 * 4 * 4);
    expect(leftBehind()).toEqual([]);
  });

  it('shows the same for people, and takes less memory in parts', async () => {
    const bytes = async (...sets: string[]) =>
      JSON.parse((await gradalign('summary', 'faces.yaml', '--json', '--steps', '1', '--set', 'data.batch.perDomain=64', ...sets)).out) as Summary;
    const [whole, inParts] = [await bytes(), await bytes('--set', 'train.accumulate=4')];
    expect(inParts.step.tensorBytes).toBeLessThan(0.6 * whole.step.tensorBytes);
    const { out } = await gradalign('summary', 'faces.yaml');
    expect(out).toMatch(/block1\S* +16 x 16 x 4 +kernel 3 x 3 x 3 x 4 +yes +108\n/);
    expect(out).toMatch(/428 weights; all trained\na step of erm on 8 samples: \d+ ms/);
  });

  it('takes one run of a study, and nothing of a study for an experiment', async () => {
    writeFileSync(
      join(folder, 'two.yaml'),
      faces.replace(/source: .*/, 'source: { a: { use: image-folder, root: faces }, b: { use: image-folder, root: faces } }').replace(/ *target: .*\n/, ''),
    );
    writeFileSync(join(folder, 'study.yaml'), 'experiment: two.yaml\nmethods: { erm: {}, sam: { optimizer: { use: sam } } }\nseeds: [0]\noutput: table\n');
    const { status, out } = await gradalign('summary', 'study.yaml', '--method', 'sam', '--target', 'b', '--json', '--steps', '1');
    expect([status, (JSON.parse(out) as Summary).step.kind]).toEqual([0, 'sam']);
    expect(await gradalign('summary', 'study.yaml')).toMatchObject({
      status: 2,
      err: expect.stringContaining('--method is not given, expected one of erm, sam'),
    });
    expect(await gradalign('summary', 'faces.yaml', '--seed', '1')).toMatchObject({
      status: 2,
      err: expect.stringContaining('--seed is given and it is no study'),
    });
  });

  it.each([
    [['nowhere.yaml'], /nowhere\.yaml/],
    [['faces.yaml', '--steps', '0'], /--steps is '0'/],
    [['faces.yaml', '--set', 'data.source.a.root=gone'], /gone/],
    [['faces.yaml', '--trial', '1'], /--trial is given and it is no study/],
  ])('refuses %j', async (args, message) => {
    const { status, out, err } = await gradalign('summary', ...args);
    expect([status === 0, out, err]).toEqual([false, '', expect.stringMatching(message)]);
    expect(err).not.toContain('bug');
  });
});

describe('find-lr', () => {
  it('suggests a rate below the one at which the loss blows up, with the same numbers each time, and writes nothing but the drawing', async () => {
    const args = ['find-lr', 'faces.yaml', '--json', '--steps', '60', '--from', '1e-6', '--to', '1e6'];
    const first = await gradalign(...args, '--svg', 'rates.svg');
    expect([first.status, first.err.match(/bug/)]).toEqual([0, null]);
    const rates = JSON.parse(first.out) as LearningRates;
    expect(rates.present).toBe(0.05);
    expect(rates.points[0]?.rate).toBe(1e-6);
    expect(rates.suggestion).toBeGreaterThan(1e-6);
    expect(rates.suggestion).toBeLessThanOrEqual((rates.blowUp ?? Number.POSITIVE_INFINITY) / 10);
    expect(leftBehind()).toEqual(['rates.svg']);
    expect(readFileSync(join(folder, 'rates.svg'), 'utf8')).toMatch(/^<svg .*Learning rate range test[\s\S]*<\/svg>$/);
    expect((await gradalign(...args)).out).toBe(first.out);
  });

  it('says that the loss never falls, with exit code 1, where nothing is trained fast enough', async () => {
    const { status, out } = await gradalign('find-lr', 'faces.yaml', '--steps', '12', '--from', '1e-12', '--to', '1e-11');
    expect(status).toBe(1);
    expect(out).toContain('the loss does not blow up until 1.0e-11\nno suggestion: the loss never falls');
  });

  it('interrupted it ends with exit code 130', async () => {
    const { status, out } = await run(folder, ['find-lr', 'faces.yaml'], { interruptAt: /learning rates \d/ });
    expect([status, out]).toEqual([130, '']);
  });

  it.each([
    [['--from', '0'], /--from is '0'/],
    [['--from', '1', '--to', '0.1'], /--to is 0\.1 and --from 1/],
    [['--steps', '3'], /--steps is '3'/],
    [['--svg', 'rates.png'], /does not end in \.svg/],
    [['--svg', 'no/where.svg'], /there is no folder .*no/],
    [['--set', 'optimizer.base.learningRate=0'], /learningRate is 0/],
  ])('refuses %j', async (args, message) => {
    const { status, err } = await gradalign('find-lr', 'faces.yaml', ...args);
    expect([status, err]).toEqual([2, expect.stringMatching(message)]);
  });
});

describe('train --profile', () => {
  it.each([
    ['erm', 1, 1],
    ['sam', 2, 2],
  ])('writes a trace of 3 steps of %s whose events nest, with %i forward and %i backward passes a step', async (use, forwards, backwards) => {
    const { status, out, err } = await gradalign('train', 'faces.yaml', '--profile', `${use}.json`, '--json', '--set', `optimizer.use=${use}`);
    expect([status, err.match(/bug/), leftBehind()]).toEqual([0, null, [`${use}.json`]]);
    const { traceEvents } = JSON.parse(readFileSync(join(folder, `${use}.json`), 'utf8')) as { traceEvents: (TraceEvent | { ph: 'M' })[] };
    const events = traceEvents.filter((event): event is TraceEvent => event.ph === 'X');
    const named = (name: string) => events.filter((event) => event.name === name);
    expect([named('forward').length, named('backward').length, named('update').length, named('waiting for data').length]).toEqual([
      3 * forwards,
      3 * backwards,
      3,
      3,
    ]);
    expect(events.filter(({ cat }) => cat === 'operation').length).toBeGreaterThan(60);
    expect(events.every(({ ts, dur, pid, tid }) => Number.isFinite(ts) && ts >= 0 && dur > 0 && pid === 1 && tid === 1)).toBe(true);
    // Sorted by their beginning: each lies within the last one that is still open, or begins after it ended.
    const open: TraceEvent[] = [];
    for (const event of events) {
      while (open.length > 0 && end(open.at(-1) as TraceEvent) <= event.ts + 1e-3) open.pop();
      const around = open.at(-1);
      if (around) expect(end(event)).toBeLessThanOrEqual(end(around) + 2);
      open.push(event);
    }
    const { milliseconds } = JSON.parse(out) as ProfiledSteps;
    const { step, ...phases } = milliseconds;
    expect(Object.values(phases).reduce((sum, ms) => sum + ms, 0)).toBeCloseTo(step, 6);
    expect(Math.min(...Object.values(phases))).toBeGreaterThanOrEqual(-0.01);
  });

  it('replaces an earlier trace, and no other file', async () => {
    expect((await gradalign('train', 'faces.yaml', '--profile')).status).toBe(0);
    expect((await gradalign('train', 'faces.yaml', '--profile')).status).toBe(0);
    expect(leftBehind()).toEqual(['trace.json']);
    const { status, err } = await gradalign('train', '--profile', 'faces.yaml');
    expect([status, err]).toEqual([2, expect.stringContaining('Cannot write the trace to faces.yaml: it is another file')]);
    expect(readFileSync(join(folder, 'faces.yaml'), 'utf8')).toBe(faces);
  });

  it('refuses a place where it cannot be written before it trains', async () => {
    mkdirSync(join(folder, 'a-folder'));
    for (const [file, message] of [
      ['no/trace.json', 'there is no folder '],
      ['a-folder', 'it is a folder'],
    ] as const) {
      const { status, err } = await gradalign('train', 'faces.yaml', '--profile', file);
      expect([status, err]).toEqual([2, expect.stringContaining(message)]);
    }
  });
});

function end({ ts, dur }: TraceEvent): number {
  return ts + dur;
}
