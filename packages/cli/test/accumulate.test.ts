import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { digits } from './experiments.ts';
import { gradalign as run } from './run-gradalign.ts';

const folder = mkdtempSync(join(tmpdir(), 'gradalign-accumulate-'));
afterAll(() => rmSync(folder, { recursive: true }));
const gradalign = (...args: string[]) => run(folder, args);

beforeAll(() => {
  // 8 steps of 24 samples.
  const text = digits().replaceAll('limit: 120', 'limit: 40').replace('warmupEpochs: 1', 'warmupEpochs: 0');
  writeFileSync(join(folder, 'digits.yaml'), text.replace(/train: .*/, 'train: { epochs: 1, stepsPerEpoch: 8 }'));
});

it('train.accumulate trains in parts, says once what differs for batch norm, and resumes bit for bit', async () => {
  const whole = await gradalign('train', 'digits.yaml', '-o', 'parts', '--set', 'train.accumulate=5');
  expect(whole.status).toBe(0);
  expect(whole.err.match(/batch norm measures/g)).toHaveLength(1);
  expect(whole.err).toContain(
    'train.accumulate: batch norm measures each of the 5 parts of a batch by itself, 5 samples of 1 view each; running statistics move by the mean of the parts',
  );
  const interrupted = await run(folder, ['train', 'digits.yaml', '-o', 'resumed', '--set', 'train.accumulate=5'], { interruptAt: /training [1-6]\/8/ });
  expect(interrupted.status).toBe(130);
  const refused = await gradalign('train', '--resume', 'resumed', '--set', 'train.accumulate=4');
  expect([refused.status, refused.err]).toEqual([expect.any(Number), expect.stringContaining('train.accumulate')]);
  expect(refused.status).not.toBe(0);
  expect((await gradalign('train', '--resume', 'resumed')).status).toBe(0);
  const weights = (name: string) => readFileSync(join(folder, name, 'checkpoints/epoch-0001/model.safetensors'));
  expect(weights('resumed').equals(weights('parts'))).toBe(true);
});

it.each([
  ['0', /train\.accumulate.*0.*at least 1|train\.accumulate.*expected.*1/],
  ['2.5', /train\.accumulate.*2\.5/],
  ['25', /train\.accumulate.*found 25, expected at most 24: a step has 24 samples to split into parts/],
])('refuses train.accumulate=%s at validate', async (value, message) => {
  const { status, err } = await gradalign('validate', 'digits.yaml', '--set', `train.accumulate=${value}`);
  expect(status).toBe(2);
  expect(err).toMatch(message);
});
