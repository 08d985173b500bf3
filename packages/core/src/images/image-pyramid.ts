import type { PixelImage } from '../augmentation.ts';

/** An image with its halves, quarters, ..., each made when it is first asked for. */
export interface ImagePyramid {
  /** The image, halved so many times. Its point (x, y) in pixels stands at (x, y) / 2^halvings there, also where a size is odd. */
  level(halvings: number): PixelImage;
}

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

/** Mean of each 2 x 2 pixels, rounded; the last row or column of an odd size counts twice. */
export function halved({ data, width, height, channels }: PixelImage): PixelImage {
  const w = (width + 1) >> 1;
  const h = (height + 1) >> 1;
  const out = new Uint8Array(w * h * channels);
  let o = 0;
  for (let y = 0; y < h; y++) {
    const upper = 2 * y * width * channels;
    const lower = Math.min(2 * y + 1, height - 1) * width * channels;
    for (let x = 0; x < w; x++) {
      const left = 2 * x * channels;
      const right = Math.min(2 * x + 1, width - 1) * channels;
      for (let c = 0; c < channels; c++) {
        const above = (data[upper + left + c] as number) + (data[upper + right + c] as number);
        const below = (data[lower + left + c] as number) + (data[lower + right + c] as number);
        out[o++] = (above + below + 2) >> 2;
      }
    }
  }
  return { data: out, width: w, height: h, channels };
}
