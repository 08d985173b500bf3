import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cropConvention, parseFrameChoice, prepareInput } from '@gradalign/datasets';
import sharp from 'sharp';
import { afterAll, expect, it } from 'vitest';
import { loadLiveness } from '../src/load-liveness.ts';
import { readPicture } from '../src/node.ts';
import { smallMetadata, smallModel } from './small-model.ts';

const folder = mkdtempSync(join(tmpdir(), 'gradalign-liveness-'));
afterAll(() => rmSync(folder, { recursive: true }));

const face = {
  box: { x: 31.5, y: 12.25, width: 50, height: 61 },
  landmarks: { rightEye: { x: 45, y: 38 }, leftEye: { x: 68, y: 33 } },
};
const detector = { detect: async () => [face] };
const limits = { sharpness: 0, cutOff: 1 };

it.each([['safas'], ['ssdg'], ['gd-fas'], ['ssan']])('a face cropped as %s has the score of the crop that predict makes, to 1e-3', async (name) => {
  const path = join(folder, `${name}.png`);
  const data = Uint8Array.from({ length: 120 * 90 * 3 }, (_, i) => (i * 11 + Math.floor(i / 360) * 17 + (i % 360)) % 256);
  writeFileSync(
    path,
    await sharp(data, { raw: { width: 120, height: 90, channels: 3 } })
      .png()
      .toBuffer(),
  );
  const convention = cropConvention(name);
  const { images } = await prepareInput(path, 'image', {
    frames: parseFrameChoice('every=5'),
    framesPerVideo: 0,
    size: 8,
    crop: { convention, format: { kind: 'png', quality: 100 }, detector },
    ffmpeg: () => {
      throw new Error('a picture needs no ffmpeg');
    },
  });
  const { source: _, ...crop } = convention;
  await using ours = await loadLiveness(smallModel({ ...smallMetadata, preparation: { crop, faces: 'auto' } }), { detector, limits });
  await using cropped = await loadLiveness(smallModel(), { limits, cropped: true });
  const [image] = images;
  if (!image || !('pixels' in image)) throw new Error('predict made no crop');
  const { logit } = await cropped.check({ data: image.pixels, width: image.width, height: image.height });
  expect(logit).not.toBeNull();
  expect((await ours.check(await readPicture(path))).logit).toBeCloseTo(logit as number, 3);
});
