import { createHash } from 'node:crypto';
import { type AffineMap, renderView } from '@gradalign/core';
import type { FramePicture } from '../video/frame-picture.ts';

export interface CropFormat {
  readonly kind: 'jpeg' | 'png';
  /** Of JPEG, 1..100. */
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

/** From a frame to the file of a crop. The same bytes whatever thread does it. */
export async function cropFace({ picture, map, size, format }: CropTask): Promise<CroppedFace> {
  // Loaded when it is needed: a plugin that is only validated must not load a native library.
  const { default: sharp } = await import('sharp');
  const pixels = renderView({ ...picture, channels: 3 }, map, size);
  const image = sharp(pixels, { raw: { width: size, height: size, channels: 3 } });
  // Texture is what attacks are told by: colour is not subsampled where quality is high.
  const file = await (format.kind === 'png'
    ? image.png()
    : image.jpeg({ quality: format.quality, chromaSubsampling: format.quality >= 90 ? '4:4:4' : '4:2:0' })
  ).toBuffer();
  return { file: new Uint8Array(file), sha256: createHash('sha256').update(file).digest('hex') };
}
