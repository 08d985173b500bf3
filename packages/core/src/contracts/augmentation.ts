import type { TSchema } from '@sinclair/typebox';
import type { Define } from './plugin.ts';
import type { Random } from './seed.ts';

/** An image of 8-bit pixels, sRGB or luma: `data` is [height, width, channels], interleaved, row by row. */
export interface PixelImage {
  readonly data: Uint8Array | Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
}

/**
 * Where each output point is read from: source = (xx * u + xy * v + x0, yx * u + yy * v + y0), with (u, v) in 0..1 over the output
 * and the source in pixels of the decoded image. Resizing the whole image is { xx: width, xy: 0, x0: 0, yx: 0, yy: height, y0: 0 }.
 */
export interface AffineMap {
  readonly xx: number;
  readonly xy: number;
  readonly x0: number;
  readonly yx: number;
  readonly yy: number;
  readonly y0: number;
}

/**
 * A linear map of colors: out[c] = sum over d of matrix[c][d] * in[d] + offset[c], with values in 0..1, clamped once after all maps of a view.
 * A 1 x 1 matrix scales every channel alike. On a grayscale image the first row counts by its sum, since its three channels are equal.
 */
export interface ColorMap {
  /** [3, 3] or [1, 1]: one row for each output channel. */
  readonly matrix: readonly (readonly number[])[];
  /** [3] or [1], in units of the value range 0..1. */
  readonly offset: readonly number[];
}

/** A rectangle to erase, in 0..1 of the output's width and height. */
export interface ErasedPart {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  /**
   * What it is filled with: `mean` (default), the mean of `data.image`, which is 0 after normalization; `region-mean`, the mean of what the rectangle covers,
   * by channel; or a value in 0..1 of every channel.
   */
  readonly fill?: 'mean' | 'region-mean' | number;
}

/** How pixels are read; see `interpolations` for what each is. */
export type Interpolation = (typeof interpolations)[number];

/**
 * `bilinear`: all geometry of a view in one pass, from a source halved until less than 2 of its pixels fall on one of the view; the fastest.
 * `bilinear-antialias` and `bicubic`: as Pillow and torchvision (`antialias=True`) compute it, one operation after the other, each rounded to 8 bits. Crops
 * and resizing take a triangle or a cubic (a = -1/2) as wide as the pixels of the view; what turns or shears is read at one point a pixel, by Pillow's
 * cubic (a = -1) where it is bicubic.
 */
export const interpolations = ['bilinear', 'bilinear-antialias', 'bicubic'] as const;

/**
 * One augmentation, drawn anew for each view. The loader runs all `pixels` first, composes all `geometry` into one map that is sampled once (see
 * `interpolations` for the exceptions), runs all `view` on the result, composes all `color` into one matrix that is applied in the same pass, and erases
 * last. Within a stage the order is that of the experiment's list. Each hook draws from the random numbers it is given and from nothing else.
 */
export interface Augmentation {
  /**
   * Returns another image, of any size and the same channels, for what no affine map can express (compression, recapture, blur).
   * Works on the decoded pixels at their own size. Must not modify its input in place.
   */
  pixels?(image: PixelImage, random: Random): PixelImage | Promise<PixelImage>;
  /** Returns the map to use instead of `map`. `size` is that of the decoded image, in pixels. */
  geometry?(map: AffineMap, size: { readonly width: number; readonly height: number }, random: Random): AffineMap;
  /** How `geometry` reads pixels; default: as `data.image.interpolation` says. A mirror image is exact and is always part of the pass before it. */
  readonly interpolation?: Interpolation;
  /**
   * Whether what `geometry` shows beyond the borders of the view before it is black, even where the image goes on there. `false` asks for what the image has
   * there: an experiment in which geometry before it is read by anything but `bilinear` is refused, since such a pass keeps nothing beyond its view. Absent:
   * the image where one bilinear pass reads it, else black.
   */
  readonly clips?: boolean;
  /** Returns a rendered view of the same size and channels, 8-bit, changed as no matrix can say. Must not modify its input in place. */
  view?(view: PixelImage, random: Random): PixelImage | Promise<PixelImage>;
  /** Returns the change of colors for one view. */
  color?(random: Random): ColorMap;
  /** Returns the rectangles to erase from one view, whose side is `size` pixels: borders fall on the nearest pixel. */
  erase?(random: Random, size: number): readonly ErasedPart[];
}

/** An augmentation as a plugin offers it: its name, its options' schema, and how to make it. */
export interface AugmentationDefinition<S extends TSchema = TSchema> extends Define<'augmentation', S, [], Augmentation> {}

/**
 * An augmentation of a plugin. It runs in worker threads: its module must not load the engine.
 *
 * @example
 * ```ts
 * import { defineAugmentation } from '@gradalign/core';
 * import { Type } from '@sinclair/typebox';
 *
 * export const mirror = defineAugmentation({
 *   name: 'mirror',
 *   summary: 'Mirrors a view from left to right',
 *   options: Type.Object({ p: Type.Number({ minimum: 0, maximum: 1, default: 0.5, description: 'Probability' }) }, { additionalProperties: false }),
 *   create: ({ p }) => ({
 *     // u becomes 1 - u: xx u + x0 becomes -xx u + (x0 + xx).
 *     geometry: (map, _size, random) => (random.chance(p) ? { ...map, xx: -map.xx, x0: map.x0 + map.xx, yx: -map.yx, y0: map.y0 + map.yx } : map),
 *   }),
 * });
 * ```
 */
export function defineAugmentation<const S extends TSchema>(definition: Omit<AugmentationDefinition<S>, 'kind'>): AugmentationDefinition<S> {
  return { kind: 'augmentation', ...definition };
}
