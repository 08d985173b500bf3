import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderInput } from '@gradalign/core/pixels';
import { loadLiveness } from '@gradalign/liveness';
import type { Golden } from '@gradalign/model-format';
import sharp from 'sharp';
import { smallMetadata, smallModel } from '../../../packages/liveness/test/small-model.ts';

/** The metadata of the small model for faces that a detector finds. */
export const withFaces = {
  ...smallMetadata,
  preparation: {
    crop: { name: 'safas', size: 16, margin: 0, square: false, align: 'none' },
    faces: 'auto',
    detector: '@vladmandic/face-api 1.7.15, tiny, score 0.5',
  },
};

/** Writes a small model, whose logit is the mean of the pixels minus 128, with its golden picture; returns the path of the model. */
export async function writeModel(folder: string, metadata: typeof smallMetadata = smallMetadata, name = 'model'): Promise<string> {
  const model = smallModel(metadata);
  const pixels = Uint8Array.from({ length: 40 * 30 * 3 }, (_, i) => ((i * 7 + Math.floor(i / 120) * 31) % 128) + (Math.floor(i / 3) % 40 < 20 ? 120 : 0));
  const picture = await sharp(pixels, { raw: { width: 40, height: 30, channels: 3 } })
    .png()
    .toBuffer();
  const input = await renderInput({ data: pixels, width: 40, height: 30, channels: 3 }, { ...smallMetadata.image, interpolation: 'bilinear' });
  await using liveness = await loadLiveness(model, { cropped: true, limits: { sharpness: 0, brightness: 0, size: 1 } });
  const { logit, probability } = await liveness.check({ data: pixels, width: 40, height: 30 });
  const golden: Golden = {
    format: 1,
    model: createHash('sha256').update(model).digest('hex'),
    picture: { png: picture.toString('base64'), width: 40, height: 30 },
    crop: { x: 0, y: 0, width: 40, height: 30 },
    input: [0, 3, 7].flatMap((row) => [1, 6].map((column) => [row, column, ...input.slice((row * 8 + column) * 3, (row * 8 + column) * 3 + 3)])),
    output: { logit: [logit as number], probability: [probability as number] },
    tolerance: 1e-3,
  };
  const path = join(folder, `${name}.onnx`);
  writeFileSync(path, model);
  writeFileSync(join(folder, `${name}.golden.json`), JSON.stringify(golden));
  return path;
}
