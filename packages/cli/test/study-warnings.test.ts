import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { faces, writeFaces } from './experiments.ts';
import { gradalign } from './run-gradalign.ts';

const folder = mkdtempSync(join(tmpdir(), 'gradalign warnings-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('what a data set leaves out is told once by a study of three runs, and counted in the results of each', async () => {
  await writeFaces(join(folder, 'faces'));
  writeFileSync(join(folder, 'faces/a/train/live/s0_clip/f0.jpg'), '');
  const both = faces
    .replace(/ +source: .*\n +target: .*\n/, '  source: { a: { use: image-folder, root: faces }, b: { use: image-folder, root: faces } }\n')
    .replace('epochs: 8', 'epochs: 1');
  writeFileSync(join(folder, 'experiment.yaml'), both);
  writeFileSync(join(folder, 'study.yaml'), 'experiment: experiment.yaml\nmethods: { erm: {} }\nleaveOut: [b]\nseeds: [0, 1, 2]\noutput: runs\n');
  const { status, err, out } = await gradalign(folder, ['compare', 'study.yaml', '--json']);
  expect(status, err + out).toBe(0);
  expect(JSON.parse(out).runs).toHaveLength(3);
  expect(err.match(/warning: domain 'a' leaves out 1 unreadable file/g)).toHaveLength(1);
  expect(err.match(/warning: Cannot read image/g)).toHaveLength(1);
});
