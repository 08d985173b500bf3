import { createHash } from 'node:crypto';
import type { AffineMap } from '@gradalign/core';
import { cropSubsampling, renderView } from '@gradalign/core/images';
import type { FramePicture } from '@gradalign/pixels';

/** File format of crops. */
export interface CropFormat {
  readonly kind: 'jpeg' | 'png';
  /** JPEG quality, 1..100; from 90 on color is not subsampled. Ignored for PNG. */
  readonly quality: number;
}

/** Plain data: it goes to worker threads as it is. */
export interface CropTask {
  readonly picture: FramePicture;
  readonly map: AffineMap;
  readonly size: number;
  readonly format: CropFormat;
}

export interface CroppedFace {
  readonly file: Uint8Array;
  readonly sha256: string;
}

/** From a frame to the file of a crop: the same bytes in any thread. */
export async function cropFace({ picture, map, size, format }: CropTask): Promise<CroppedFace> {
  // Imported on use: a plugin that is only validated must not load a native library.
  const { default: sharp } = await import('sharp');
  const pixels = renderView({ ...picture, channels: 3 }, map, size);
  const image = sharp(pixels, { raw: { width: size, height: size, channels: 3 } });
  const { kind, quality } = format;
  const file = await (kind === 'png' ? image.png() : image.jpeg({ quality, chromaSubsampling: cropSubsampling(quality) })).toBuffer();
  return { file: new Uint8Array(file), sha256: createHash('sha256').update(file).digest('hex') };
}
