import type { PixelImage } from '../contracts/pixel-image.ts';
import type { Rectangle } from '../contracts/rectangle.ts';

/** The pixels of a part of an image that lies within it, in whole pixels. */
export function cutImage({ data, width, channels }: PixelImage, part: Rectangle): PixelImage & { readonly data: Uint8Array } {
  const row = part.width * channels;
  const out = new Uint8Array(row * part.height);
  for (let y = 0; y < part.height; y++) {
    const from = ((part.y + y) * width + part.x) * channels;
    out.set(data.subarray(from, from + row), y * row);
  }
  return { data: out, width: part.width, height: part.height, channels };
}
