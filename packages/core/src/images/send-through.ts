import type { Augmentation, PixelImage } from '../augmentation.ts';
import type { DerivedImage } from '../dataset.ts';
import { createRandom, type Random } from '../seed.ts';

/**
 * The picture that a source's `through` makes of the one in its file, with as many channels.
 *
 * @param augmentations those that `through` names, in its order
 * @param draw what the augmentation at an index draws from; default: `through.key`, as in evaluation
 */
export async function sendThrough(
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

export function checkChannels({ channels }: PixelImage, expected: number): void {
  if (channels !== expected) throw new Error(`Cannot augment an image: its pixels have ${channels} channels afterwards, expected ${expected}`);
}
