import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Overfit } from '@gradalign/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { faces, writeFaces, writeGray } from './experiments.ts';
import { gradalign as run } from './run-gradalign.ts';

const folder = mkdtempSync(join(tmpdir(), 'gradalign-trials-'));
const temporary = join(folder, 'temporary');
afterAll(() => rmSync(folder, { recursive: true }));
/** Temporary folders are made in one of the test's own, so that what is left behind is seen. */
const gradalign = (...args: string[]) => run(folder, args, { env: { TMPDIR: temporary } });

beforeAll(async () => {
  mkdirSync(temporary);
  await writeFaces(join(folder, 'faces'));
  writeFileSync(join(folder, 'faces.yaml'), faces);
  const two = 'source: { a: { use: image-folder, root: faces }, b: { use: image-folder, root: faces } }';
  writeFileSync(join(folder, 'two.yaml'), faces.replace(/source: .*/, two).replace(/ *target: .*\n/, ''));
});

describe('train --fast-dev-run', () => {
  it('trains, saves, resumes, evaluates and reports on four steps, says what it did not check, and leaves nothing behind', async () => {
    const before = readdirSync(folder).sort();
    const { status, out, err } = await gradalign('train', 'faces.yaml', '--fast-dev-run', '--set', 'optimizer.warmupEpochs=5', '--set', 'output=mine');
    expect([status, err.match(/bug/)]).toEqual([0, null]);
    expect(err).toContain('resuming from epoch-0001-step-00001');
    expect(out).toMatch(/^everything works, in \d/);
    expect(out).toMatch(/report of \d+ kB/);
    expect(out).toContain('not checked:\n  images: ');
    expect(readdirSync(folder).sort()).toEqual(before);
    expect(readdirSync(temporary)).toEqual([]);
  });

  it('takes steps of warm-up and of the method, in JSON', async () => {
    const sets = ['optimizer.use=sam', 'optimizer.warmupEpochs=5', 'callbacks=[{ use: swad }]', 'data.holdOut=0.4'].flatMap((set) => ['--set', set]);
    const { status, out, err } = await gradalign('train', 'two.yaml', '--fast-dev-run', '--json', ...sets);
    expect([status, err.match(/bug/)]).toEqual([0, null]);
    expect(JSON.parse(out)).toMatchObject({ works: true, epochs: 2, steps: { erm: 2, sam: 2 } });
  });

  it('works on one run of a study', async () => {
    const study = 'experiment: two.yaml\nmethods: { erm: { optimizer: { use: erm } }, sam: { optimizer: { use: sam } } }\nseeds: [0, 1]\noutput: table\n';
    writeFileSync(join(folder, 'study.yaml'), study);
    const { status, out, err } = await gradalign('train', 'study.yaml', '--method', 'sam', '--target', 'b', '--seed', '1', '--fast-dev-run', '--json');
    expect([status, err.match(/bug/)]).toEqual([0, null]);
    expect(JSON.parse(out).steps).toEqual({ sam: 4 });
    expect([existsSync(join(folder, 'table')), readdirSync(temporary)]).toEqual([false, []]);
  });

  it('interrupted it removes what it wrote, with exit code 130', async () => {
    const { status } = await run(folder, ['train', 'faces.yaml', '--fast-dev-run'], { env: { TMPDIR: temporary }, interruptAt: /training/ });
    expect([status, readdirSync(temporary)]).toEqual([130, []]);
  });

  it('failing in the middle it keeps what it wrote, and says where', async () => {
    const { status, err } = await gradalign('train', 'faces.yaml', '--fast-dev-run', '--set', 'optimizer.base.learningRate=1e30');
    expect(status).toBe(1);
    const [kept] = readdirSync(temporary) as [string];
    expect(err).toContain(`what was written until then is kept in ${join(temporary, kept)}`);
    expect(existsSync(join(temporary, kept, 'run/log.jsonl'))).toBe(true);
    rmSync(join(temporary, kept), { recursive: true });
  });

  it.each([
    [['--output', 'here'], '--output is given too'],
    [['--resume'], '--resume is given too'],
    [['--estimate'], '--fast-dev-run is given too'],
  ])('refuses %j beside it', async (others, message) => {
    const { status, err } = await gradalign('train', 'faces.yaml', '--fast-dev-run', ...others);
    expect([status, err]).toEqual([2, expect.stringContaining(message)]);
  });
});

describe('train --overfit', () => {
  const overfit = async (...args: string[]): Promise<{ status: number | null; found: Overfit }> => {
    const { status, out, err } = await gradalign('train', ...args, '--json');
    expect(err).not.toContain('bug');
    return { status, found: JSON.parse(out) as Overfit };
  };

  it('learns 8 samples by heart, as many of each domain and class, the same ones every time, and writes nothing', async () => {
    const before = readdirSync(folder).sort();
    const { status, found } = await overfit('two.yaml', '--overfit', '8');
    expect([status, found.reached, found.correct, found.hindrances]).toEqual([0, true, 8, []]);
    expect(found.risk.last).toBeLessThan(Math.log(2) / 10);
    const counts = found.samples.map((one) => `${one.domain} ${one.class}`).sort();
    expect(counts).toEqual(['a attack', 'a attack', 'a live', 'a live', 'b attack', 'b attack', 'b live', 'b live']);
    expect(new Set(found.samples.map(({ domain, id }) => `${domain} ${id}`)).size).toBe(8);
    expect(readdirSync(folder).sort()).toEqual(before);
  });

  it('says that the learning rate hinders, with exit code 1, and that ten times as much helps', async () => {
    const { status, found } = await overfit('faces.yaml', '--overfit', '4', '--set', 'optimizer.base.learningRate=1e-6');
    expect([status, found.reached]).toEqual([1, false]);
    expect(found.hindrances.join('\n')).toContain('with ten times the learning rate (0.00001) the risk falls to');
  });

  it('says that every layer is frozen, and that it helps to train all', async () => {
    const { status, found } = await overfit(
      'faces.yaml',
      '--overfit',
      '4',
      '--set',
      'train.freeze={"block1/**": 8, "block2/**": 8, "head/**": 8}',
      '--below',
      '0.05',
    );
    expect(status).toBe(1);
    expect(found.hindrances).toEqual([
      'every layer is frozen (train.freeze): nothing is trained',
      expect.stringMatching(/^with all layers trained \(no train\.freeze\) the risk falls to 0\.0/),
    ]);
  });

  it('interrupted it ends with exit code 130', async () => {
    const { status, out } = await run(folder, ['train', 'faces.yaml', '--overfit', '4', '--set', 'optimizer.base.learningRate=1e-9'], {
      interruptAt: /overfitting \d/,
    });
    expect([status, out]).toEqual([130, '']);
  });

  it('says that the same picture has two labels', async () => {
    for (const [name, level] of ['f0', 'f1'].map((one, i) => [one, 100 + 50 * i] as const))
      for (const label of ['live', 'attack/print']) {
        mkdirSync(join(folder, `twice/train/${label}/s1_clip`), { recursive: true });
        await writeGray(join(folder, `twice/train/${label}/s1_clip/${name}.jpg`), level);
      }
    const { status, found } = await overfit(
      'faces.yaml',
      '--overfit',
      '2',
      '--set',
      'data.source.a.root=twice',
      '--set',
      'data.holdOut=0',
      '--set',
      'data.target={}',
    );
    expect(status).toBe(1);
    expect(found.hindrances[0]).toMatch(/labels contradict each other: 1 pair of the same picture with two labels, .*f\d.jpg and .*f\d.jpg for one/);
  });

  it.each([
    ['0', 'from|>= 1'],
    ['two', "--overfit is 'two'"],
    ['500', 'the source domains have \\d+ to train on, expected at most \\d+'],
  ])('refuses %s samples', async (n, message) => {
    const { status, err } = await gradalign('train', 'faces.yaml', '--overfit', n);
    expect([status, err]).toEqual([2, expect.stringMatching(message)]);
  });

  it('says how little it means where all samples are of one class', async () => {
    mkdirSync(join(folder, 'one/train/live/s1_clip'), { recursive: true });
    copyFileSync(join(folder, 'faces/a/train/live/s1_clip/f0.jpg'), join(folder, 'one/train/live/s1_clip/f0.jpg'));
    const { status, err } = await gradalign(
      'train',
      'faces.yaml',
      '--overfit',
      '1',
      '--set',
      'data.source.a.root=one',
      '--set',
      'data.target={}',
      '--set',
      'data.holdOut=0',
    );
    expect([status, err]).toEqual([
      0,
      expect.stringContaining('warning: all 1 samples are of class live: learning to give the same answer always says little'),
    ]);
  });
});
