import type { AffineMap, ErasedPart } from '../contracts/pixel-image.ts';
import { shrinkage } from './affine-map.ts';
import { blackOutside } from './black-outside.ts';
import type { FlatColorMap } from './color-map.ts';
import { erasePart } from './erase-part.ts';
import type { ImagePyramid } from './image-pyramid.ts';
import { sampleColor } from './sample-color.ts';
import { type Pass, sampleGray } from './sample-gray.ts';

/** What one view shows of an image. */
export interface SampledView {
  /** In pixels of the pyramid's base. */
  readonly map: AffineMap;
  readonly color?: FlatColorMap | undefined;
  readonly erased?: readonly ErasedPart[];
  /** From the view's (u, v) to those of earlier views: beyond their borders it is black. */
  readonly inside?: readonly AffineMap[];
}

/** Normalization of values: (value / 255 - mean) / std, per channel. */
export interface Normalization {
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/** Above this shrinkage a single bilinear read per pixel would skip source pixels, and fine texture would turn into moiré. */
const singleReadShrinkage = 1.25;

/**
 * Writes one view, [size, size, channels], to `out` from `offset` on, in one pass over the output: bilinear reads, their mean, color, normalization;
 * erased parts are filled last. Points outside the image are black before color and normalization, as in torchvision's rotation; within
 * half a pixel of the border they have the border pixel's value. Where the map shrinks, the source is the image halved until the remaining factor is
 * below 2, read at 2 x 2 points per output pixel where it is above 1.25.
 */
export function sampleAffine(pyramid: ImagePyramid, view: SampledView, normalization: Normalization, size: number, out: Float32Array, offset: number): void {
  const shrunk = shrinkage(view.map, size);
  const halvings = halvingsFor(shrunk);
  const { data, width, height, channels } = pyramid.level(halvings);
  const reads = shrunk / 2 ** halvings > singleReadShrinkage ? 2 : 1;
  const step = 1 / (size * 2 ** halvings);
  const { map, color, erased = [], inside = [] } = view;
  const pass: Pass = {
    // Buffers and clamped arrays are different classes to the compiler: a single class keeps the loops fast.
    source: new Uint8Array(data.buffer, data.byteOffset, data.length),
    width,
    height,
    reads,
    across: { x: map.xx * step, y: map.yx * step },
    down: { x: map.xy * step, y: map.yy * step },
    start: { x: map.x0 * step * size, y: map.y0 * step * size },
    ...valueMap(color, normalization),
  };
  if (channels === 3) sampleColor(pass, size, out, offset);
  else sampleGray(pass, size, out, offset);
  if (inside.length > 0) {
    const { color: matrix, gain, bias } = pass;
    const black = Array.from(gain, (factor, c) => Math.min(1, Math.max(0, matrix?.offset[c] ?? 0)) * factor + (bias[c] as number));
    for (const map of inside) blackOutside(map, size, black, out, offset);
  }
  for (const part of erased) erasePart(part, { size, channels, ...normalization }, out, offset);
}

/** How often the source is halved before a map with this shrinkage reads it. */
export function halvingsFor(shrunk: number): number {
  return shrunk >= 2 ? Math.floor(Math.log2(shrunk)) : 0;
}

/** Reads return 0..255: the color matrix takes that to 0..1, gain and bias from there to normalized values. */
function valueMap(color: FlatColorMap | undefined, { mean, std }: Normalization): Pick<Pass, 'color' | 'gain' | 'bias'> {
  const perUnit = color ? 1 : 255;
  return {
    color: color && { matrix: Float64Array.from(color.matrix, (entry) => entry / 255), offset: Float64Array.from(color.offset) },
    gain: Float64Array.from(std, (deviation) => 1 / (deviation * perUnit)),
    bias: Float64Array.from(std, (deviation, c) => -(mean[c] as number) / deviation),
  };
}
