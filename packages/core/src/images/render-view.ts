import type { AffineMap, PixelImage } from '../contracts/augmentation.ts';
import { createImagePyramid } from './image-pyramid.ts';
import { sampleAffine } from './sample-affine.ts';

/**
 * The picture that a map shows of an image, as 8-bit pixels of [size, size, channels]: crop, turn and resize in one step, as the training loader
 * does them. Points outside the image are black.
 *
 * @param map In pixels of the image.
 */
export function renderView(image: PixelImage, map: AffineMap, size: number): Uint8Array {
  const values = new Float32Array(size * size * image.channels);
  // (value / 255 - 0) / (1 / 255) leaves 0..255 as it is.
  const plain = { mean: Array.from({ length: image.channels }, () => 0), std: Array.from({ length: image.channels }, () => 1 / 255) };
  sampleAffine(createImagePyramid(image), { map }, plain, size, values, 0);
  const pixels = new Uint8Array(values.length);
  for (let i = 0; i < values.length; i++) pixels[i] = (values[i] as number) + 0.5;
  return pixels;
}
