import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { faces, writeFaces } from './experiments.ts';
import { gradalign } from './run-gradalign.ts';

const folder = mkdtempSync(join(tmpdir(), 'gradalign warnings-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('what a data set leaves out, and clips of the target that are trained on, are told once by a study of three runs; what is left out is counted in the results of each', async () => {
  await writeFaces(join(folder, 'faces'));
  writeFileSync(join(folder, 'faces/a/train/live/s0_clip/f0.jpg'), '');
  copyFileSync(join(folder, 'faces/a/train/live/s1_clip/f0.jpg'), join(folder, 'faces/b/test/live/s11_clip/f0.jpg'));
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
  expect(err.match(/warning: 'b': 1 of 12 clips were seen in training: \S+ \(of 'a'\)/g)).toHaveLength(1);
});

it('a run whose figures are of probabilities, as earlier versions ranked, is named and left out of the table', async () => {
  const first = JSON.parse((await gradalign(folder, ['compare', 'study.yaml', '--json'])).out);
  const results = join(first.runs[2].folder, 'results.json');
  const older = JSON.parse(readFileSync(results, 'utf8'));
  // Earlier versions wrote neither the scale nor a digest.
  delete older.evaluation.scale;
  delete older.sha256;
  writeFileSync(results, JSON.stringify(older));
  const { status, out, err } = await gradalign(folder, ['compare', 'study.yaml', '--json']);
  expect(status, err).toBe(1);
  const { runs, failed, rows } = JSON.parse(out);
  expect([runs.length, failed.length, rows[0].seeds]).toEqual([2, 1, 2]);
  expect(err).toMatch(/failed: erm, b, seed 2 .*: its figures are of probabilities, as an earlier version ranked/);
});
