import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Predictions } from '@gradalign/core';
import sharp from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';
import { ffmpeg, hasFfmpeg, scratchFolder } from '../../datasets/test/prepare-videos.ts';
import { once } from './once.ts';
import { gradalign as run } from './run-gradalign.ts';

const folder = scratchFolder();
const gradalign = (...args: string[]) => run(folder, args);
const at = (...path: string[]) => join(folder, ...path);

const experiment = (root: string, size: number) => `plugins: ["@gradalign/optimizers", "@gradalign/models", "@gradalign/datasets", "@gradalign/fas-gac"]
workers: 0
data:
  source: { own: { use: manifest, root: ${root} } }
  target: { same: { use: manifest, root: ${root} } }
  splits: { source: [train], target: [train] }
  image: { size: ${size} }
  holdOut: 0.5
  batch: { perDomain: 4 }
model: { use: tiny-cnn, width: 4, blocks: 2, head: cosine }
optimizer: { use: erm, base: { use: sgd, learningRate: 0.05 } }
train: { epochs: 2, evaluateEvery: 0 }
evaluate: { frames: 3 }
`;

async function predictions(...args: string[]): Promise<Predictions & { status: number | null; err: string }> {
  const { status, out, err } = await gradalign('predict', ...args, '--json');
  expect(err).not.toMatch(/bug/);
  return { ...(JSON.parse(out || '{"predictions":[]}') as Predictions), status, err };
}

describe.skipIf(!hasFfmpeg)('a run on prepared whole frames', () => {
  beforeAll(() => {
    for (const [label, level] of [
      ['live', 200],
      ['attack/print', 60],
    ] as const) {
      mkdirSync(at('videos/train', label), { recursive: true });
      for (const person of [1, 2, 3, 4]) {
        const gray = `${level}+10*${person}+2*N`;
        const picture = `color=black:s=64x48:r=25:d=0.8,format=gbrp,geq=r='${gray}':g='${gray}':b='${gray}+X'`;
        ffmpeg('-f', 'lavfi', '-i', picture, '-frames:v', '20', '-c:v', 'png', at('videos/train', label, `p${person}_clip.avi`));
      }
    }
    writeFileSync(at('whole.yaml'), experiment('whole', 24));
  });

  const trained = once(async () => {
    const prepared = await gradalign(
      'data',
      'prepare',
      'videos',
      '--out',
      'whole',
      '--faces',
      'none',
      '--frames',
      'every=2',
      '--size',
      '32',
      '--format',
      'png',
      '--workers',
      '1',
    );
    expect([prepared.status, prepared.err.match(/Cannot|bug/)]).toEqual([0, null]);
    return gradalign('train', 'whole.yaml', '-o', 'runs/whole');
  });

  test('carries how its pictures were made, and scores a raw video as its evaluation scored the prepared one: the same frames, crop and aggregation', async () => {
    expect(await trained()).toMatchObject({ status: 0 });
    const results = JSON.parse(readFileSync(at('runs/whole/results.json'), 'utf8'));
    expect(results.preparation).toMatchObject({ own: { frames: 'every=2', faces: 'none', crop: { size: 32 }, format: 'png' } });
    const rows = readFileSync(at('runs/whole/scores/same.csv'), 'utf8').trim().split('\n').slice(1);
    const logits = rows.filter((row) => row.includes('live') && row.includes('p1_clip')).map((row) => Number(row.split(',').at(-1)));
    expect(logits).toHaveLength(3);
    const {
      predictions: [one],
      status,
      videoThreshold,
    } = await predictions('runs/whole', 'videos/train/live/p1_clip.avi');
    expect(one).toMatchObject({ kind: 'video', frames: 3 });
    expect(status).toBe(0);
    expect(one?.logit).toBeCloseTo(logits.reduce((sum, x) => sum + x, 0) / 3, 5);
    expect(one?.threshold).toBe(videoThreshold?.value);
    expect(videoThreshold?.from).toContain('equal error point of the held-out source share');
  });

  test('takes a folder of videos, names the broken one and ends with 1', async () => {
    await trained();
    mkdirSync(at('mixed'), { recursive: true });
    cpSync(at('videos/train/live/p1_clip.avi'), at('mixed/good.avi'));
    writeFileSync(at('mixed/broken.mp4'), 'no video');
    writeFileSync(at('mixed/empty.mp4'), '');
    await sharp({ create: { width: 64, height: 48, channels: 3, background: 'gray' } }).toFile(at('mixed/still.png'));
    writeFileSync(at('mixed/broken.jpg'), 'no picture');
    const { status, out } = await gradalign('predict', 'runs/whole', 'mixed');
    expect(status).toBe(1);
    for (const text of [
      /broken\.mp4: it is not a readable video/,
      /empty\.mp4: the file is empty/,
      /good\.avi: score .* 3 frames/,
      /still\.png: score /,
      /broken\.jpg: /,
    ])
      expect(out).toMatch(text);
    expect(out).toMatch(/^threshold [-\d.]+: /m);
    expect(out).toMatch(/^threshold for videos [-\d.]+: /m);
  });

  test('scores videos of crops as they are with --cropped', async () => {
    await trained();
    const {
      predictions: [one],
    } = await predictions('runs/whole', 'videos/train/live/p1_clip.avi', '--cropped');
    expect(one).toMatchObject({ kind: 'video', frames: 3, logit: expect.any(Number) });
  });
});

describe.skipIf(!hasFfmpeg)('a run on crops of detected faces', () => {
  const photograph = join(
    dirname(createRequire(new URL('../../face-detector/package.json', import.meta.url)).resolve('@vladmandic/face-api/package.json')),
    'demo/sample1.jpg',
  );

  beforeAll(() => {
    for (const [label, look] of [
      ['live', 'null'],
      ['attack/replay', 'eq=brightness=-0.2'],
    ] as const) {
      mkdirSync(at('people/train', label), { recursive: true });
      for (const person of [1, 2]) {
        const filter = `scale=${560 + 40 * person}:-2,${look}`;
        ffmpeg('-loop', '1', '-i', photograph, '-t', '0.2', '-r', '10', '-vf', filter, '-pix_fmt', 'yuv420p', at('people/train', label, `p${person}_clip.mp4`));
      }
    }
    writeFileSync(at('crops.yaml'), experiment('crops', 32));
  });

  const trained = once(async () => {
    const prepared = await gradalign(
      'data',
      'prepare',
      'people',
      '--out',
      'crops',
      '--frames',
      'all',
      '--crop',
      'ssan',
      '--detector',
      'tiny',
      '--workers',
      '1',
    );
    expect([prepared.status, prepared.err.match(/Cannot|bug/)]).toEqual([0, null]);
    return gradalign('train', 'crops.yaml', '-o', 'runs/crops');
  });

  test('finds and crops the face as its data were prepared, and says that there are several', async () => {
    expect(await trained()).toMatchObject({ status: 0 });
    const exact = 'scale=flags=bitexact+accurate_rnd+full_chroma_int+full_chroma_inp,format=rgb24';
    ffmpeg('-i', at('people/train/live/p1_clip.mp4'), '-frames:v', '1', '-vf', exact, at('group.png'));
    const {
      predictions: [one],
      status,
    } = await predictions('runs/crops', 'group.png');
    expect(status).toBe(0);
    expect(one).toMatchObject({ kind: 'image', logit: expect.any(Number), warnings: ['several faces: the largest is scored'] });
    // It is the first frame of a video that was trained on: its crop there was a JPEG, read by another decoder.
    const rows = readFileSync(at('runs/crops/scores/same.csv'), 'utf8').trim().split('\n');
    const [row] = rows.filter((text) => text.includes('live') && text.includes('p1_clip'));
    expect(one?.logit).toBeCloseTo(Number(row?.split(',').at(-1)), 2);
  });

  test('refuses a picture without a face, and scores it with --cropped', async () => {
    await trained();
    await sharp({ create: { width: 320, height: 240, channels: 3, background: 'gray' } }).toFile(at('wall.png'));
    const refused = await predictions('runs/crops', 'wall.png', 'group.png');
    expect(refused.status).toBe(1);
    expect(refused.predictions).toMatchObject([
      { path: 'wall.png', error: 'it has no face that can be cropped (the detector finds none)' },
      { logit: expect.any(Number) },
    ]);
    expect(refused.predictions[0]).not.toHaveProperty('score');
    expect(await predictions('runs/crops', 'wall.png', '--cropped')).toMatchObject({ status: 0, predictions: [{ score: expect.any(Number) }] });
  });

  test('sources that were made in different ways are refused without --cropped', async () => {
    await trained();
    cpSync(at('runs/crops'), at('runs/mixed'), { recursive: true });
    // Without its digest, as older versions wrote results.
    const { sha256: _, ...results } = JSON.parse(readFileSync(at('runs/mixed/results.json'), 'utf8'));
    writeFileSync(at('runs/mixed/results.json'), JSON.stringify({ ...results, preparation: { ...results.preparation, other: null } }));
    const { status, err } = await predictions('runs/mixed', 'group.png');
    expect([status, err]).toEqual([
      2,
      expect.stringContaining('its sources were not made alike: own by crop ssan (256 pixels, margin 0.3), other not by gradalign data prepare'),
    ]);
    expect(await predictions('runs/mixed', 'group.png', '--cropped')).toMatchObject({ status: 0 });
  });
});
