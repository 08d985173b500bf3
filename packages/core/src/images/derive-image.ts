import type { Augmentation, PixelImage } from '../contracts/augmentation.ts';
import type { DerivedImage } from '../contracts/dataset.ts';
import { createRandom, type Random } from '../contracts/seed.ts';

/**
 * Makes the image that a source's `through` derives from the one in its file, with the same channels. The input is not modified.
 *
 * @param augmentations Those that `through` names, in its order.
 * @param draw The random numbers of the augmentation at an index; default: from `through.key`, as in evaluation.
 * @throws Error where an augmentation does not work on pixels or changes the channels.
 */
export async function deriveImage(
  image: PixelImage,
  { augmentations: named, key }: DerivedImage,
  augmentations: readonly Augmentation[],
  draw: (index: number) => Random = (index) => createRandom(['through', key, index]),
): Promise<PixelImage> {
  let sent = image;
  for (const [index, augmentation] of augmentations.entries()) {
    if (!augmentation.pixels) {
      throw new Error(`Cannot send an image through '${named[index]?.use}': it does not work on pixels, expected an augmentation that does`);
    }
    sent = await augmentation.pixels(sent, draw(index));
    checkChannels(sent, image.channels);
  }
  return sent;
}

/** Throws where the pixels do not have the expected channels. */
export function checkChannels({ channels }: PixelImage, expected: number): void {
  if (channels !== expected) throw new Error(`Cannot augment an image: its pixels have ${channels} channels afterwards, expected ${expected}`);
}
