import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digits } from './experiments.ts';
import { once } from './once.ts';
import { gradalign as run } from './run-gradalign.ts';

const folder = mkdtempSync(join(tmpdir(), 'gradalign damage é-'));
afterAll(() => rmSync(folder, { recursive: true }));
const gradalign = (...args: string[]) => run(folder, args);
const at = (...parts: string[]) => join(folder, ...parts);

beforeAll(() => {
  writeFileSync(at('digits.yaml'), digits());
});

/** 24 steps in runs/whole; checkpoints of epoch 2 and 3. */
const whole = once(() => gradalign('train', 'digits.yaml', '-o', 'runs/whole', '--json'));

/** A copy of the whole run as it was before it was evaluated. */
async function unfinished(name: string): Promise<string> {
  await whole();
  cpSync(at('runs/whole'), at('runs', name), { recursive: true });
  rmSync(at('runs', name, 'results.json'));
  return at('runs', name);
}

/** One byte in the middle of the file is another; the size stays. */
function damage(path: string): void {
  const bytes = readFileSync(path);
  const middle = bytes.length >> 1;
  bytes[middle] = (bytes[middle] as number) ^ 4;
  writeFileSync(path, bytes);
}

const weights = (runFolder: string) => readFileSync(join(runFolder, 'checkpoints/epoch-0003/model.safetensors'));

describe('a damaged checkpoint', () => {
  it.each(['model.safetensors', 'state.safetensors', 'checkpoint.json'])(
    'with a byte of %s changed is named, and the run goes on from the one before',
    async (file) => {
      const path = await unfinished(`damaged-${file}`);
      damage(join(path, 'checkpoints/epoch-0003', file));
      const { status, err } = await gradalign('train', '--resume', path);
      expect(err).toContain('warning: checkpoint epoch-0003 is passed over: Cannot read checkpoint');
      expect(err).toContain(`${file}`);
      expect(err).toContain('resuming from epoch-0002');
      expect(status).toBe(0);
      expect(weights(path).equals(weights(at('runs/whole')))).toBe(true);
      expect(readdirSync(join(path, 'checkpoints')).sort()).toEqual(['epoch-0002', 'epoch-0003']);
    },
  );

  it('and another: with none sound the run starts from the beginning, says so, and ends with the same weights', async () => {
    const path = await unfinished('none-sound');
    for (const name of ['epoch-0002', 'epoch-0003']) damage(join(path, 'checkpoints', name, 'model.safetensors'));
    const { status, err } = await gradalign('train', '--resume', path);
    expect([status, err]).toEqual([0, expect.stringContaining('is sound: starting from the beginning')]);
    expect(weights(path).equals(weights(at('runs/whole')))).toBe(true);
  });
});

describe('damaged results', () => {
  it.each<[string, (json: string) => string, string]>([
    ['a changed digit', (json) => json.replace(/"training": \d/, '"training": 9'), 'it is damaged or was edited: its digest is not that of its content'],
    ['another object', () => '{"hello": 1}', 'it is damaged: method: Expected required property'],
    ['a cut file', (json) => json.slice(0, 100), ''],
  ])('%s: train and compare say so; compare goes on with the others and ends with 1', async (_, change, why) => {
    await whole();
    rmSync(at('runs/study'), { recursive: true, force: true });
    writeFileSync(
      at('study.yaml'),
      'experiment: digits.yaml\nleaveOut: [upright]\nmethods: { erm: { optimizer: { use: erm } }, slow: { optimizer: { use: erm, base: { use: sgd, learningRate: 0.01 } } } }\noutput: runs/study\n',
    );
    const args = ['compare', 'study.yaml', '--set', 'data.target={}', '--set', 'train.epochs=1'];
    expect(await gradalign(...args)).toMatchObject({ status: 0 });
    const [first = '', second] = readdirSync(at('runs/study')).sort();
    const results = at('runs/study', first, 'results.json');
    writeFileSync(results, change(readFileSync(results, 'utf8')));
    const { status, out, err } = await gradalign(...args, '--json');
    expect(status).toBe(1);
    const comparison = JSON.parse(out);
    expect(comparison).toMatchObject({
      missing: 1,
      runs: [{ folder: at('runs/study', second as string) }],
      failed: [{ method: 'erm', folder: at('runs/study', first) }],
    });
    expect(comparison.failed[0].error).toContain(why);
    expect(err).toContain(`failed: erm, upright, seed 0`);
    expect(err).not.toMatch(/bug|\n {4}at /);
  });
});

describe('names of methods that every object has', () => {
  it.each([
    ['--set', 'optimizer.use=toString'],
    ['--set', 'model=constructor'],
    ['--set', 'callbacks=[hasOwnProperty]'],
  ])('%s %s: there is none of that name', async (...set) => {
    expect(await gradalign('validate', 'digits.yaml', ...set)).toMatchObject({
      status: 2,
      err: expect.stringMatching(/there is no (optimizer|model|callback) '/),
    });
  });

  it('evaluate --weights toString: no callback offered any', async () => {
    await whole();
    const { status, err } = await gradalign('evaluate', 'runs/whole', '--weights', 'toString');
    expect([status, err]).toEqual([2, expect.stringContaining('no callback of the run offered any')]);
  });
});

it('a width of 100,000,000 is refused before memory is taken', async () => {
  expect(await gradalign('validate', 'digits.yaml', '--set', 'model.width=100000000')).toMatchObject({
    status: 2,
    err: expect.stringContaining('model.width: found the number 100000000, expected a number <= 512'),
  });
});

it('a run whose folder is removed meanwhile fails and says so, and does not end with "written to"', async () => {
  const gone = at('runs/gone');
  const { status, out, err } = await run(folder, ['train', 'digits.yaml', '-o', 'runs/gone'], {
    interruptAt: /training 17\/24/,
    onInterrupt: () => rmSync(gone, { recursive: true }),
  });
  expect([status, out]).toEqual([1, '']);
  expect(err).toMatch(/Cannot (save checkpoint .*: its folder does not exist|go on with the run in .*: the folder was removed)/);
  expect(err).not.toMatch(/bug|\n {4}at /);
});
