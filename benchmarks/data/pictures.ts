import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSeed } from '@gradalign/core';
import sharp from 'sharp';

const side = 300;

/**
 * JPEG files of 300 x 300 pixels, quality 92, 4:2:0: noise whose power falls as 1/f² (one octave of random grids over the other), as in photographs,
 * so that decoding costs what it costs there. Made once.
 */
export async function makePictures(folder: string, count: number): Promise<string[]> {
  mkdirSync(folder, { recursive: true });
  const paths = Array.from({ length: count }, (_, i) => join(folder, `${String(i).padStart(5, '0')}.jpg`));
  const there = new Set(readdirSync(folder).map((name) => join(folder, name)));
  for (const [i, path] of paths.entries()) if (!there.has(path)) writeFileSync(path, await picture(i));
  return paths;
}

async function picture(index: number): Promise<Buffer> {
  const random = createSeed(0).stream('benchmark-pictures').at(index);
  const sum = new Float32Array(side * side * 3).fill(128);
  for (let cells = 3, weight = 60; cells <= 192; cells *= 2, weight /= 2) {
    const grid = Buffer.from(Uint8Array.from({ length: cells * cells * 3 }, () => random.integer(256)));
    const octave = await sharp(grid, { raw: { width: cells, height: cells, channels: 3 } })
      .resize(side, side, { kernel: 'cubic' })
      .raw()
      .toBuffer();
    for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + ((octave[i] as number) / 127.5 - 1) * weight;
  }
  return sharp(Buffer.from(Uint8ClampedArray.from(sum)), { raw: { width: side, height: side, channels: 3 } })
    .jpeg({ quality: 92 })
    .toBuffer();
}
