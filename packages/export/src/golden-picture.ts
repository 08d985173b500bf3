import { createHash } from 'node:crypto';
import type { Calibration, TrainedRun } from '@gradalign/core';
import type { Golden } from '@gradalign/model-format';
import sharp from 'sharp';
import { toRaw } from './check/check-images.ts';
import { type Outputs, runOutputs } from './check/run-outputs.ts';

const [width, height] = [320, 240];
const crop = { x: 60, y: 20, width: 200, height: 200 } as const;

/** Places that the input is compared at, in each direction. */
const grid = 12;

/** How far outputs may be elsewhere: float kernels round alike, integer kernels saturate differently on older processors. */
const tolerances = { float: 1e-3, int8: 0.05 } as const;

/**
 * A drawn picture, its crop as the run's loader resizes it, and what the run's own model says.
 *
 * @param quantized what the quantized model says instead, for a raw image
 */
export async function goldenPicture(
  run: TrainedRun,
  model: Uint8Array,
  calibration: Calibration | undefined,
  quantized?: (raw: Float32Array) => Promise<Outputs>,
): Promise<Golden> {
  const pixels = drawPicture();
  const png = await sharp(pixels, { raw: { width, height, channels: 3 } })
    .png({ compressionLevel: 9 })
    .toBuffer();
  const { data } = await run.loader.load([{ source: { pixels: cut(pixels), width: crop.width, height: crop.height, channels: 3 }, views: 1 }]);
  const raw = toRaw(run, data.slice());
  const { size, channels } = run.loader.image;
  const places = Array.from({ length: grid }, (_, i) => Math.floor(((i + 0.5) / grid) * size));
  const { logit, probability } = quantized ? await quantized(raw) : runOutputs(run, raw, calibration);
  return {
    format: 1,
    model: createHash('sha256').update(model).digest('hex'),
    picture: { png: png.toString('base64'), width, height },
    crop,
    input: places.flatMap((row) =>
      places.map((column) => [row, column, ...Array.from({ length: channels }, (_, c) => round(raw[(row * size + column) * channels + c] as number))]),
    ),
    output: { logit: logit[0] as number[], probability: probability[0] as number[] },
    tolerance: quantized ? tolerances.int8 : tolerances.float,
  };
}

/** A head on a background: an ellipse with eyes and a mouth, with the edges, ramps and fine stripes that wrong resizing would show in. */
function drawPicture(): Uint8Array {
  const inside = (x: number, y: number, cx: number, cy: number, rx: number, ry: number) => ((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2 < 1;
  const pixels = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const dark = inside(x, y, 130, 100, 12, 7) || inside(x, y, 190, 100, 12, 7) || inside(x, y, 160, 165, 26, 6);
      const skin = inside(x, y, 160, 120, 70, 92);
      const light = 0.7 + (0.3 * x) / width;
      const base = dark ? [60, 34, 30] : skin ? [222, 178, 150] : [70 + y / 4, 110, 150 - y / 4];
      for (let c = 0; c < 3; c++)
        pixels[(y * width + x) * 3 + c] = Math.max(0, Math.min(255, Math.round((base[c] as number) * light + (x % 7 < 3 === y % 5 < 2 ? 5 : -5))));
    }
  return pixels;
}

function cut(pixels: Uint8Array): Uint8Array {
  const part = new Uint8Array(crop.width * crop.height * 3);
  for (let y = 0; y < crop.height; y++) {
    const from = ((crop.y + y) * width + crop.x) * 3;
    part.set(pixels.subarray(from, from + crop.width * 3), y * crop.width * 3);
  }
  return part;
}

function round(value: number): number {
  return Number(value.toFixed(3));
}
