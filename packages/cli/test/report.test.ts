import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { faces, writeFaces } from './experiments.ts';
import { once } from './once.ts';
import { gradalign } from './run-gradalign.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'gradalign-report-'));
  writeFileSync(join(folder, 'scores.csv'), 'score,label\n0.9,live\n0.8,live\n0.7,live\n0.3,live\n0.6,spoof\n0.2,spoof\n0.1,spoof\n0.1,spoof\n');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const trained = once(async () => {
  await writeFaces(join(folder, 'faces'));
  writeFileSync(join(folder, 'experiment.yaml'), faces);
  writeFileSync(
    join(folder, 'study.yaml'),
    'experiment: study-experiment.yaml\nleaveOut: [b]\nmethods:\n  erm: { optimizer: { use: erm, base: { use: sgd, learningRate: 0.05 } } }\n  sam: { optimizer: { use: sam, base: { use: sgd, learningRate: 0.05 } } }\nseeds: [0, 1]\noutput: runs/study\n',
  );
  writeFileSync(
    join(folder, 'study-experiment.yaml'),
    faces
      .replace('source: { a: { use: image-folder, root: faces } }', 'source: { a: { use: image-folder, root: faces }, b: { use: image-folder, root: faces } }')
      .replace(/\n {2}target:.*/, '')
      .replace('epochs: 8', 'epochs: 2'),
  );
  expect(await gradalign(folder, ['train', 'experiment.yaml', '--output', 'run', '--quiet'])).toMatchObject({ status: 0 });
});

describe('gradalign report', () => {
  it('of a run writes report.html into its folder, with the pictures of errors, and prints its path', async () => {
    await trained();
    const { status, out } = await gradalign(folder, ['report', 'run']);
    expect(status).toBe(0);
    expect(out).toBe(`report: ${join('run', 'report.html')}\n`);
    const html = readFileSync(join(folder, 'run', 'report.html'), 'utf8');
    expect(html).toContain('Worst errors');
    expect(html).not.toContain('no picture');
    // A report replaces a report.
    expect((await gradalign(folder, ['report', 'run'])).status).toBe(0);
  });

  it('of a study.yaml names the runs that are missing, and of its folder those that are there', async () => {
    await trained();
    expect((await gradalign(folder, ['compare', 'study.yaml', '--quiet'])).status).toBe(0);
    const done = await gradalign(folder, ['report', join('runs', 'study'), '-o', 'folder.html']);
    expect(done.status).toBe(0);
    expect(readFileSync(join(folder, 'folder.html'), 'utf8')).toContain('Paired differences from erm');
    rmSync(join(folder, 'runs', 'study', readdirSync(join(folder, 'runs', 'study')).find((name) => name.startsWith('sam-b-seed1')) as string), {
      recursive: true,
    });
    expect((await gradalign(folder, ['report', 'study.yaml', '-o', 'study.html'])).status).toBe(0);
    expect(readFileSync(join(folder, 'study.html'), 'utf8')).toContain('1 of 4 runs are in no figure: sam, b, seed 1');
  });

  it('of score files writes report.html and plots, and --json names them', async () => {
    const { status, out } = await gradalign(folder, ['report', 'scores.csv', '--threshold', '0.5', '--out', 'figures', '--json']);
    expect(status).toBe(0);
    const { report, plots } = JSON.parse(out) as { report: string; plots: string[] };
    expect(report).toBe('report.html');
    expect(plots).toContain(join('figures', 'roc.png'));
    for (const file of plots) expect(existsSync(join(folder, file))).toBe(true);
  });

  it.each([
    ['nothing of that name', ['report', 'nowhere'], 2, 'Cannot report on nowhere: it is not there'],
    ['a folder without runs', ['report', 'empty'], 2, 'it holds neither a run nor the runs of a study'],
    ['a threshold that is no number', ['report', 'scores.csv', '--threshold', 'high'], 2, "--threshold is 'high'"],
    ['--dev with two files', ['report', 'scores.csv', 'scores.csv', '--dev', 'scores.csv'], 2, '--dev is given'],
    ['--set with a score file', ['report', 'scores.csv', '--set', 'seed=1'], 2, '--set is given'],
    ['a page that would replace its input', ['report', 'scores.csv', '-o', 'scores.csv'], 2, 'it is what the report is about'],
    ['a page that would replace another file', ['report', 'scores.csv', '-o', 'precious.txt'], 2, 'it is another file'],
    ['a page that is a folder', ['report', 'scores.csv', '-o', 'empty'], 2, 'it is a folder'],
    ['a page in a folder that is not there', ['report', 'scores.csv', '-o', join('missing', 'report.html')], 1, 'Cannot write'],
    ['a broken score file', ['report', 'broken.csv'], 1, 'broken.csv:2'],
    ['no input', ['report'], 2, "missing required argument 'what'"],
  ])('%s: a clear message, and nothing is written', async (_, args, status, message) => {
    mkdirSync(join(folder, 'empty'), { recursive: true });
    writeFileSync(join(folder, 'precious.txt'), 'precious');
    writeFileSync(join(folder, 'broken.csv'), 'score,label\nNaN,live\n');
    const before = readFileSync(join(folder, 'scores.csv'), 'utf8');
    const finished = await gradalign(folder, args);
    expect(finished.err).toContain(message);
    expect(finished.err).not.toContain('bug in gradalign');
    expect(finished.status).toBe(status);
    expect(readFileSync(join(folder, 'scores.csv'), 'utf8')).toBe(before);
    expect(readFileSync(join(folder, 'precious.txt'), 'utf8')).toBe('precious');
  });
});
