import type { AffineMap, Augmentation, ColourMap, ErasedPart } from '../contracts/augmentation.ts';
import type { Random } from '../contracts/seed.ts';
import { type ImageSize, wholeImage } from './affine-map.ts';
import { type FlatColourMap, foldColour } from './colour-map.ts';

/** What one view shows: all geometry as one map, all colour as one matrix. */
export interface ViewPlan {
  /** In pixels of an image of the size that the plan was drawn for. */
  readonly map: AffineMap;
  readonly colour: FlatColourMap | undefined;
  readonly erased: readonly ErasedPart[];
}

/** An augmentation with its own random numbers: what one draws does not move another's. */
export interface DrawnAugmentation {
  readonly augmentation: Augmentation;
  readonly random: Random;
}

/** Draws one view; without augmentations it is the whole image. */
export function planView(drawn: readonly DrawnAugmentation[], size: ImageSize, channels: 1 | 3): ViewPlan {
  let map = wholeImage(size);
  const colours: ColourMap[] = [];
  const erased: ErasedPart[] = [];
  for (const { augmentation, random } of drawn) {
    if (augmentation.geometry) map = augmentation.geometry(map, size, random);
    if (augmentation.colour) colours.push(augmentation.colour(random));
    if (augmentation.erase) erased.push(...augmentation.erase(random));
  }
  return { map, colour: foldColour(colours, channels), erased };
}
