import type { TSchema } from '@sinclair/typebox';
import type { Define } from './plugin.ts';
import type { Random } from './seed.ts';

/** Interleaved 8-bit pixels, row by row. */
export interface PixelImage {
  readonly data: Uint8Array | Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
}

/**
 * Where each output point is read from: source = (xx * u + xy * v + x0, yx * u + yy * v + y0), with (u, v) in 0..1 over the output
 * and the source in pixels of the decoded image. A whole-image resize is { xx: width, xy: 0, x0: 0, yx: 0, yy: height, y0: 0 }.
 */
export interface AffineMap {
  readonly xx: number;
  readonly xy: number;
  readonly x0: number;
  readonly yx: number;
  readonly yy: number;
  readonly y0: number;
}

/** out[c] = sum over d of matrix[c][d] * in[d] + offset[c], values 0..1, clamped afterwards. Grayscale uses matrix[0][0] and offset[0]. */
export interface ColorMap {
  readonly matrix: readonly (readonly number[])[];
  readonly offset: readonly number[];
}

/** A rectangle in 0..1 of the output, filled with the mean (so with zeros after normalization). */
export interface ErasedPart {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/**
 * One augmentation, drawn anew for each view. The loader runs all `pixels` first, folds all `geometry` into one map that is sampled once,
 * folds all `color` into one matrix applied in the same pass, and erases last. Order within a stage is the order of the list.
 */
export interface Augmentation {
  /** On the decoded pixels at their own size: for what no affine map expresses (compression, recapture, blur). Must not change its input in place. */
  pixels?(image: PixelImage, random: Random): PixelImage | Promise<PixelImage>;
  /** `size` is that of the decoded image in pixels; returns the map to use instead. */
  geometry?(map: AffineMap, size: { readonly width: number; readonly height: number }, random: Random): AffineMap;
  color?(random: Random): ColorMap;
  erase?(random: Random): readonly ErasedPart[];
}

export interface AugmentationDefinition<S extends TSchema = TSchema> extends Define<'augmentation', S, [], Augmentation> {}

/** Runs in worker threads: its module must not load the engine. */
export function defineAugmentation<const S extends TSchema>(definition: Omit<AugmentationDefinition<S>, 'kind'>): AugmentationDefinition<S> {
  return { kind: 'augmentation', ...definition };
}
