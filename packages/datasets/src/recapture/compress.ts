import type { PixelImage } from '@gradalign/core';
import type { Picture } from './develop.ts';

/** The image after JPEG compression (4:2:0) at this quality, 1 to 100. */
export async function compress({ width, height, bytes }: Picture, quality: number): Promise<PixelImage & { readonly channels: 3 }> {
  // Imported on use: a plugin that is only validated must not load a native library.
  const { default: sharp } = await import('sharp');
  const file = await sharp(bytes, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: Math.round(quality) })
    .toBuffer();
  const { data } = await sharp(file).toColorspace('srgb').raw().toBuffer({ resolveWithObject: true });
  return { data: new Uint8Array(data.buffer, data.byteOffset, data.length), width, height, channels: 3 };
}
