import type { Augmentation, Interpolation } from '../contracts/augmentation.ts';
import { createRandom } from '../contracts/seed.ts';
import { composeAffine, invertAffine, mirrors, wholeImage } from './affine-map.ts';

/** An augmentation that shows what lies beyond the view before it, and one before it after which nothing lies there. */
export interface NothingBeyond {
  /** Index of the augmentation that shows it. */
  readonly at: number;
  /** Index of the crop, or other geometry, before it. */
  readonly after: number;
  /** By which the one before it reads pixels. */
  readonly interpolation: Interpolation;
}

/**
 * The first augmentation with `clips: false` that has nothing to show: geometry before it is read in a pass of its own, which keeps nothing beyond its
 * view. Undefined where each sees the image.
 *
 * @param interpolation Of augmentations that do not say.
 */
export function nothingBeyond(augmentations: readonly Augmentation[], interpolation: Interpolation): NothingBeyond | undefined {
  for (const [at, { clips }] of augmentations.entries()) {
    if (clips !== false) continue;
    const readBy = ({ interpolation: own = interpolation }: Augmentation) => own;
    const after = augmentations.slice(0, at).findIndex((one) => readBy(one) !== 'bilinear' && isMoreThanMirror(one));
    if (after >= 0) return { at, after, interpolation: readBy(augmentations[after] as Augmentation) };
  }
  return undefined;
}

/** Whether geometry does more than mirror an image, in any of some draws. A mirror image is exact, and part of the pass before it. */
function isMoreThanMirror({ geometry }: Augmentation): boolean {
  const size = { width: 100, height: 80 };
  const whole = wholeImage(size);
  return Array.from({ length: 20 }, (_, i) => createRandom(['seen-beyond', i])).some(
    (random) => !mirrors(composeAffine(invertAffine(whole), geometry?.(whole, size, random) ?? whole)),
  );
}
