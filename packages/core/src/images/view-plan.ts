import type { AffineMap, Augmentation, ColorMap, ErasedPart } from '../contracts/augmentation.ts';
import type { Random } from '../contracts/seed.ts';
import { type ImageSize, wholeImage } from './affine-map.ts';
import { type FlatColorMap, foldColor } from './color-map.ts';

/** What one view shows: all geometry as one map, all color as one matrix. */
export interface ViewPlan {
  /** In pixels of an image of the size that the plan was drawn for. */
  readonly map: AffineMap;
  readonly color: FlatColorMap | undefined;
  readonly erased: readonly ErasedPart[];
}

/** An augmentation with its own random numbers: what one draws does not change what another draws. */
export interface DrawnAugmentation {
  readonly augmentation: Augmentation;
  readonly random: Random;
}

/** Draws the augmentations of one view; without any it shows the whole image. */
export function planView(drawn: readonly DrawnAugmentation[], size: ImageSize, channels: 1 | 3): ViewPlan {
  let map = wholeImage(size);
  const colors: ColorMap[] = [];
  const erased: ErasedPart[] = [];
  for (const { augmentation, random } of drawn) {
    if (augmentation.geometry) map = augmentation.geometry(map, size, random);
    if (augmentation.color) colors.push(augmentation.color(random));
    if (augmentation.erase) erased.push(...augmentation.erase(random));
  }
  return { map, color: foldColor(colors, channels), erased };
}
