import type { PixelImage } from '@gradalign/core';
import { createImage, type LinearImage } from './linear-image.ts';
import { resample } from './resample.ts';
import { decodeSrgb } from './srgb.ts';

const decoded = Float32Array.from({ length: 256 }, (_, i) => decodeSrgb(i / 255));

/**
 * Linear light of an 8-bit sRGB image, reduced so that its longer side has at most `side` pixels. Averages light, not encoded values:
 * first over whole squares of pixels, then over the remainder. One channel becomes gray.
 */
export function lightWithin({ data, width, height, channels }: PixelImage, side: number): LinearImage {
  const longer = Math.max(width, height);
  const square = Math.max(1, Math.floor(longer / side));
  const across = Math.max(1, Math.floor(width / square));
  const down = Math.max(1, Math.floor(height / square));
  const light = createImage(across, down);
  const share = 1 / (Math.min(square, width) * Math.min(square, height));
  for (let y = 0; y < down; y++) {
    for (let x = 0; x < across; x++) {
      const to = 3 * (y * across + x);
      for (let sy = y * square, bottom = Math.min(height, sy + square); sy < bottom; sy++) {
        for (let sx = x * square, right = Math.min(width, sx + square); sx < right; sx++) {
          const from = channels * (sy * width + sx);
          for (let c = 0; c < 3; c++) {
            light.data[to + c] = (light.data[to + c] as number) + share * (decoded[data[from + (channels === 1 ? 0 : c)] as number] as number);
          }
        }
      }
    }
  }
  const left = Math.max(across, down) / side;
  return left <= 1 ? light : resample(light, Math.max(1, Math.round(across / left)), Math.max(1, Math.round(down / left)));
}
