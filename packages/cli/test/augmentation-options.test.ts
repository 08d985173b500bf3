import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { faces, writeFaces } from './experiments.ts';
import { gradalign as run } from './run-gradalign.ts';

const folder = mkdtempSync(join(tmpdir(), 'gradalign augmentation options-'));
beforeAll(() => writeFaces(join(folder, 'faces')));
afterAll(() => rmSync(folder, { recursive: true }));
const gradalign = (...args: string[]) => run(folder, args);
const write = (name: string, augment: string) =>
  writeFileSync(join(folder, name), faces.replace('augment: [flip]', `augment: ${augment}`).replace('epochs: 8', 'epochs: 1'));

it('validate refuses a rotation that is bicubic and shows what lies outside the crop, at its place', async () => {
  write('both.yaml', '[flip, { use: rotate, outside: source, interpolation: bicubic }]');
  const { status, err } = await gradalign('validate', 'both.yaml');
  expect(status).toBe(2);
  expect(err).toMatch(/both\.yaml:\d+:19 data\.augment\[1\]: Cannot use rotate: outside is 'source' and interpolation 'bicubic', expected outside: crop/);
  for (const allowed of ['{ use: rotate, outside: source }', '{ use: rotate, interpolation: bicubic }']) {
    write('one.yaml', `[${allowed}]`);
    expect(await gradalign('validate', 'one.yaml'), allowed).toMatchObject({ status: 0 });
  }
});

it('a run from before rotations had outside goes on with the pixels that it had, and says so where the experiment asks for others', async () => {
  write('turned.yaml', '[{ use: rotate, outside: source }]');
  const trained = await gradalign('train', 'turned.yaml', '-o', 'run');
  expect(trained.status, trained.err).toBe(0);
  // As runs were written then, in all three places; what was never sealed has no digest.
  for (const file of ['experiment.yaml', 'results.json', 'checkpoints/epoch-0001/checkpoint.json']) {
    const path = join(folder, 'run', file);
    const text = readFileSync(path, 'utf8');
    const old = text
      .replace(/\n\s*outside: source\b/, '')
      .replace(/"outside":\s*"source",?\s*/, '')
      .replace(/,\s*"sha256": "\w+"\s*\}\s*$/, '}');
    expect(old, file).not.toBe(text);
    writeFileSync(path, old);
  }
  const resumed = await gradalign('train', '--resume', 'run', '--set', 'train.epochs=2');
  expect(resumed.status, resumed.err).toBe(0);
  expect(readFileSync(join(folder, 'run/experiment.yaml'), 'utf8')).toContain('outside: source');

  write('today.yaml', '[rotate]');
  const other = await gradalign('train', 'today.yaml', '--resume', '-o', 'run');
  expect(other.status).toBe(2);
  expect(other.err).toContain('data.augment[0].outside is "crop" and was "source"');
});
