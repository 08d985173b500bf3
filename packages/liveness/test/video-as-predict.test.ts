import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createImageLoader } from '@gradalign/core/images';
import { cropConvention, findFfmpeg, parseFrameChoice, prepareInput } from '@gradalign/datasets';
import { afterAll, expect, it } from 'vitest';
import { loadLiveness } from '../src/load-liveness.ts';
import { smallMetadata, smallModel } from './small-model.ts';

const folder = mkdtempSync(join(tmpdir(), 'gradalign-liveness-'));
const size = 8;
const loader = createImageLoader({
  image: { size, interpolation: 'bilinear', mean: [0, 0, 0], std: [1 / 255, 1 / 255, 1 / 255] },
  augment: [],
  pluginFiles: [],
  seed: 1,
  workers: 0,
});
afterAll(async () => {
  await loader.close();
  rmSync(folder, { recursive: true });
});

const [width, height, count] = [60, 48, 23];
const weights = Float32Array.from({ length: size * size * 3 }, (_, i) => ((i * 7919) % 25) - 12);
const box = { x: 8.25, y: 4.5, width: 40, height: 38 };

/** 23 frames that change, as a file without loss, and as pixels. */
function clip(): { readonly path: string; readonly frames: readonly Uint8Array[] } {
  const path = join(folder, 'clip.mkv');
  const frames = Array.from({ length: count }, (_, t) =>
    Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * 3 + t * 29 + Math.floor(i / 180) * (t + 5)) % 256),
  );
  const raw = join(folder, 'clip.rgb');
  writeFileSync(raw, Buffer.concat(frames));
  const input = ['-f', 'rawvideo', '-pix_fmt', 'rgb24', '-s', `${width}x${height}`, '-r', '25', '-i', raw];
  execFileSync('ffmpeg', ['-v', 'error', ...input, '-c:v', 'ffv1', '-pix_fmt', 'gbrp', path]);
  return { path, frames };
}

const { path, frames } = clip();

async function* pictures() {
  for (const data of frames) yield { data, width, height };
}

// A frame has no face where its first value is above 200.
const detector = { detect: async ({ data }: { readonly data: Uint8Array }) => ((data[0] as number) > 200 ? [] : [{ box }]) };
const limits = { size: 0, sharpness: 0, brightness: 0, cutOff: 1 };

it.each([
  ['every=5', 2, 'jpeg 90'],
  ['every=2', 0, 'png'],
  ['even=7', 3, 'jpeg 75'],
  ['flip', 0, 'png'],
  ['all', 4, undefined],
])('frames %s of a video, %i of them scored, crops as %s: the score of predict to 1e-3', async (rule, framesPerVideo, format) => {
  const convention = cropConvention('safas', { size: 16 });
  const [kind, quality = 100] = (format ?? 'png').split(' ') as ['png' | 'jpeg', string?];
  const { images } = await prepareInput(path, 'video', {
    frames: parseFrameChoice(rule),
    framesPerVideo,
    size,
    ffmpeg: findFfmpeg,
    ...(format && { crop: { convention, format: { kind, quality: Number(quality) }, detector } }),
  });
  const { data } = await loader.load(images.map((source) => ({ source, views: 1 })));
  const logits = images.map(
    (_, frame) => weights.reduce((sum, weight, i) => sum + weight * (data[frame * weights.length + i] as number), 0) / weights.length - 128,
  );
  const preparation = { crop: convention, frames: rule, faces: 'auto', format };
  const cropping = format ? { detector } : { cropped: true };
  await using liveness = await loadLiveness(smallModel({ ...smallMetadata, framesPerVideo, preparation }, size, weights), { ...cropping, limits });
  let last: { readonly score: number | null; readonly judged: number } | undefined;
  for await (const judgment of liveness.watch(pictures())) last = judgment;
  // Frames after the last one that is chosen are not judged.
  expect([last?.score, last?.judged]).toEqual([expect.closeTo(logits.reduce((sum, one) => sum + one, 0) / logits.length, 3), logits.length]);
});
