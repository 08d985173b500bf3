import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { faces, writeFaces } from './experiments.ts';
import { gradalign } from './run-gradalign.ts';

const folder = mkdtempSync(join(tmpdir(), 'gradalign stretched-'));
afterAll(() => rmSync(folder, { recursive: true }));
const stretched = join(folder, 'faces/a/train/live/s0_clip/f0.jpg');

beforeAll(async () => {
  await writeFaces(join(folder, 'faces'));
  // TIFF says 100 pixels across for 200 down: each is twice as wide as high.
  const tiff = await sharp({ create: { width: 40, height: 48, channels: 3, background: '#c8c8c8' } })
    .tiff({ xres: 10, yres: 20 })
    .toBuffer();
  writeFileSync(stretched, tiff);
});

it('data prepare makes their pixels square, tells it in the manifest and the report, and leaves them with --pixel-aspect keep', async () => {
  const prepare = async (out: string, ...more: string[]) => {
    const { status, err } = await gradalign(folder, [
      ...['data', 'prepare', '--use', 'image-folder', '--root', 'faces/a', '--faces', 'none', '--out', out, '--size', '32', ...more],
    ]);
    expect(status, err).toBe(0);
    const rows = readFileSync(join(folder, out, 'manifest.csv'), 'utf8').split('\n');
    const report = JSON.parse(readFileSync(join(folder, out, 'report.json'), 'utf8'));
    return { rows: rows.filter((row) => row.includes('times as wide as high')), report: JSON.stringify(report) };
  };
  const corrected = await prepare('corrected');
  expect(corrected.rows).toHaveLength(1);
  expect(corrected.rows[0]).toMatch(/train\/live\/s0_clip.*pixels 2 times as wide as high made square/);
  expect(corrected.report).toContain('pixels 2 times as wide as high made square');
  const kept = await prepare('kept', '--pixel-aspect', 'keep');
  expect(kept.rows[0]).toContain('pixels 2 times as wide as high kept so');
});

it('a run on the pictures as they are says so in a notice and in its results', async () => {
  writeFileSync(join(folder, 'experiment.yaml'), faces.replace('epochs: 8', 'epochs: 1'));
  const { status, err } = await gradalign(folder, ['train', 'experiment.yaml', '-o', 'run']);
  expect(status, err).toBe(0);
  expect(err).toMatch(/images: pixels 2 times as wide as high kept so; .*f0\.jpg is the first/);
  expect(JSON.parse(readFileSync(join(folder, 'run/results.json'), 'utf8')).pixels).toMatchObject({ 'pixels 2 times as wide as high kept so': 1 });
});
