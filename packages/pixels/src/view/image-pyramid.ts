import type { PixelImage } from '../contracts/pixel-image.ts';
import { aligned, colorKernel, firstFree, slack } from './color-kernel.ts';

/** An image at full size, half, quarter, ..., each made when it is first used. */
export interface ImagePyramid {
  /** The image, halved this many times. Its point (x, y) in pixels is at (x, y) / 2^halvings there, also where a size is odd. */
  level(halvings: number): PixelImage;
}

/** The image, and its halves as they are asked for. */
export function createImagePyramid(image: PixelImage): ImagePyramid {
  const levels = [image];
  return {
    level(halvings) {
      let last = levels[Math.min(halvings, levels.length - 1)] as PixelImage;
      for (let i = levels.length; i <= halvings; i++) {
        last = halved(last);
        levels.push(last);
      }
      return last;
    },
  };
}

/** An image of half the size: the rounded mean of each 2 x 2 pixels; the last row or column of an odd size counts twice. */
export function halved(image: PixelImage): PixelImage {
  const { channels } = image;
  const width = (image.width + 1) >> 1;
  const height = (image.height + 1) >> 1;
  const data = new Uint8Array(width * height * channels);
  if (channels === 3) halveColor(image, data);
  else halveGray(image, data);
  return { data, width, height, channels };
}

function halveColor({ data, width, height }: PixelImage, out: Uint8Array): void {
  const sourceAt = aligned(firstFree + out.length + slack);
  const { halve, memory } = colorKernel(sourceAt + data.length + slack);
  const bytes = new Uint8Array(memory.buffer);
  bytes.set(data, sourceAt);
  halve(sourceAt, width, height, firstFree);
  out.set(bytes.subarray(firstFree, firstFree + out.length));
}

function halveGray({ data, width, height }: PixelImage, out: Uint8Array): void {
  let o = 0;
  for (let y = 0; y < height; y += 2) {
    const upper = y * width;
    const lower = Math.min(y + 1, height - 1) * width;
    for (let x = 0; x < width; x += 2) {
      const right = Math.min(x + 1, width - 1);
      out[o++] = ((data[upper + x] as number) + (data[upper + right] as number) + (data[lower + x] as number) + (data[lower + right] as number) + 2) >> 2;
    }
  }
}
