import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
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

  it('shows where the network looked at the errors of a decision, by the data of the run or by --data', async () => {
    await trained();
    expect((await gradalign(folder, ['calibrate', 'run', '--name', 'strict', '-q'])).status).toBe(0);
    const file = join(folder, 'run', 'decisions.json');
    // Nobody reaches 99: everyone is refused. The first format has no digest.
    const { decisions } = JSON.parse(readFileSync(file, 'utf8').replace(/"threshold": [^,]+/g, '"threshold": 99'));
    writeFileSync(file, JSON.stringify({ format: 1, decisions }));
    const page = async (...options: string[]) => {
      const { status, err } = await gradalign(folder, ['report', 'run', '-o', 'heat.html', ...options]);
      expect({ status, err }).toEqual({ status: 0, err: '' });
      return readFileSync(join(folder, 'heat.html'), 'utf8');
    };
    const html = await page();
    expect(html).toContain('People who are refused');
    expect(html).toContain('Grad-CAM on its last spatial map');
    expect(html).toMatch(/alt="what spoke for an attack: strongest at the|nothing in it spoke for an attack/);
    expect(html.length).toBeLessThan(3e6);
    expect(await page('--no-heat-maps')).not.toContain('Grad-CAM');
    renameSync(join(folder, 'faces'), join(folder, 'moved'));
    try {
      expect(await page()).toContain('the run&#39;s data cannot be read');
      expect(await page('--data', 'a=moved', '--data', 'b=moved')).toContain('Grad-CAM on its last spatial map');
    } finally {
      renameSync(join(folder, 'moved'), join(folder, 'faces'));
      rmSync(file);
    }
  });

  it('a study.yaml is read as compare reads it: with --data where its data were moved, and with its mistakes told at their place', async () => {
    await trained();
    expect((await gradalign(folder, ['compare', 'study.yaml', '--quiet'])).status).toBe(0);
    renameSync(join(folder, 'faces'), join(folder, 'moved'));
    try {
      expect((await gradalign(folder, ['report', 'study.yaml', '--data', 'a=moved', '--data', 'b=moved', '-o', 'moved.html'])).status).toBe(0);
    } finally {
      renameSync(join(folder, 'moved'), join(folder, 'faces'));
    }
    const html = readFileSync(join(folder, 'moved.html'), 'utf8');
    expect(html).toContain('Paired tests against erm');
    expect(html).not.toContain('runs are in no figure');
    writeFileSync(join(folder, 'wrong.yaml'), readFileSync(join(folder, 'study.yaml'), 'utf8').replace('use: sam', 'use: samm'));
    const wrong = await gradalign(folder, ['report', 'wrong.yaml', '-o', 'wrong.html']);
    expect(wrong.status).toBe(2);
    expect(wrong.err).toMatch(/wrong\.yaml:5:\d+.*samm/);
    expect(existsSync(join(folder, 'wrong.html'))).toBe(false);
  });

  it('counts images that the run could not read beside the error rates, by class', async () => {
    await writeFaces(join(folder, 'damaged'));
    const test = join(folder, 'damaged', 'b', 'test');
    // One that shows before training, and one that shows when it is decoded: the middle of the file is gone.
    writeFileSync(join(test, 'attack', 'print', 's10_clip', 'f0.jpg'), 'no picture');
    const live = join(test, 'live', 's10_clip', 'f1.jpg');
    const bytes = readFileSync(live);
    writeFileSync(live, Buffer.concat([bytes.subarray(0, 40), bytes.subarray(-40)]));
    writeFileSync(join(folder, 'damaged.yaml'), faces.replaceAll('root: faces', 'root: damaged').replace('epochs: 8', 'epochs: 1'));
    expect((await gradalign(folder, ['train', 'damaged.yaml', '-o', 'damaged-run', '-q'])).status).toBe(0);
    expect((await gradalign(folder, ['report', 'damaged-run', '-o', 'damaged.html', '--no-heat-maps'])).status).toBe(0);
    const cells = (row: string) => new RegExp(`${row} without a score[^<]*</th><td>([^<]*)<`).exec(readFileSync(join(folder, 'damaged.html'), 'utf8'))?.[1];
    // 1 of 12 images.
    expect([cells('attacks'), cells('people')]).toEqual(['1 (8.3%)', '1 (8.3%)']);
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
    ['--decision with a score file', ['report', 'scores.csv', '--decision', 'door'], 2, '--decision is given'],
    ['--data with a score file', ['report', 'scores.csv', '--data', 'a=b'], 2, '--data is given'],
    ['--trust with a score file', ['report', 'scores.csv', '--trust', 'x'], 2, '--trust is given'],
    ['a page that would replace its input', ['report', 'scores.csv', '-o', 'scores.csv'], 2, 'it is what the report is about'],
    ['a page that would replace another file', ['report', 'scores.csv', '-o', 'precious.txt'], 2, 'it is another file'],
    ['a page that is a folder', ['report', 'scores.csv', '-o', 'empty'], 2, 'it is a folder'],
    ['a page in a folder that is not there', ['report', 'scores.csv', '-o', join('missing', 'report.html')], 2, 'there is no folder'],
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

describe('gradalign features', () => {
  it('writes the features of a run in two dimensions, keeps them while they hold, and the report draws them', async () => {
    await trained();
    const first = await gradalign(folder, ['features', 'run', '--samples', '32', '--neighbors', '4', '--json', '-q']);
    expect(first.status).toBe(0);
    expect(JSON.parse(first.out)).toMatchObject({ file: join('run', 'features.json'), reused: false, images: 32, dimensions: 8 });
    const written = readFileSync(join(folder, 'run', 'features.json'));
    const { points } = JSON.parse(String(written)) as { points: { domain: string; label: number; umap: number[] }[] };
    // Two domains of two classes: 8 images of each.
    for (const domain of ['a', 'b']) for (const label of [0, 1]) expect(points.filter((one) => one.domain === domain && one.label === label).length).toBe(8);
    expect((await gradalign(folder, ['features', 'run', '--samples', '32', '--neighbors', '4', '-q'])).out).toContain('already in');
    expect((await gradalign(folder, ['features', 'run', '--samples', '32', '--neighbors', '4', '-q', '-o', 'again.json'])).status).toBe(0);
    expect(readFileSync(join(folder, 'again.json')).equals(written)).toBe(true);
    expect((await gradalign(folder, ['report', 'run', '-o', 'features.html', '--no-heat-maps'])).status).toBe(0);
    expect(readFileSync(join(folder, 'features.html'), 'utf8')).toContain('UMAP, by domain');
    const other = await gradalign(folder, ['features', 'run', '--samples', '16', '-q']);
    expect(other).toMatchObject({ status: 2, err: expect.stringContaining('it was made with other images') });
    expect(readFileSync(join(folder, 'run', 'features.json')).equals(written)).toBe(true);
  });

  it('that is interrupted writes nothing', async () => {
    await trained();
    expect((await gradalign(folder, ['features', 'run', '--samples', '32', '-o', 'never.json'], { interruptAt: /features of a/ })).status).toBe(130);
    expect(existsSync(join(folder, 'never.json'))).toBe(false);
  });

  it.each([
    ['too few images', ['--samples', '3'], '--samples is'],
    ['neighbors that are none', ['--neighbors', 'all'], '--neighbors is'],
    ['a folder that is not there', ['-o', join('missing', 'features.json')], 'there is no folder'],
    ['another file', ['-o', 'scores.csv'], 'it is another file'],
  ])('%s: a clear message, exit code 2', async (_, options, message) => {
    await trained();
    expect(await gradalign(folder, ['features', 'run', '-q', ...options])).toMatchObject({ status: 2, err: expect.stringContaining(message) });
  });
});
