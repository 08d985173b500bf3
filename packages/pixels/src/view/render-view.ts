import type { AffineMap, PixelImage } from '../contracts/pixel-image.ts';
import { createImagePyramid } from './image-pyramid.ts';
import { sampleAffine } from './sample-affine.ts';

/**
 * Renders the view of an image through a map, as 8-bit pixels [size, size, channels]: crop, rotate and resize in one step, as the training loader
 * does. Points outside the image are black.
 *
 * @param map In pixels of the image.
 * @param size Side of the view in pixels.
 * @param inside From the view's (u, v) to those of earlier views, beyond whose borders it is black; default: none.
 */
export function renderView(image: PixelImage, map: AffineMap, size: number, inside: readonly AffineMap[] = []): Uint8Array {
  const values = new Float32Array(size * size * image.channels);
  // (value / 255 - 0) / (1 / 255) leaves 0..255 unchanged.
  const plain = { mean: Array.from({ length: image.channels }, () => 0), std: Array.from({ length: image.channels }, () => 1 / 255) };
  sampleAffine(createImagePyramid(image), { map, inside }, plain, size, values, 0);
  const pixels = new Uint8Array(values.length);
  for (let i = 0; i < values.length; i++) pixels[i] = (values[i] as number) + 0.5;
  return pixels;
}
