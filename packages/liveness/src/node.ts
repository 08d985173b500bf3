import { decodeImage } from '@gradalign/core/images';
import type { RawPicture } from './picture.ts';

/**
 * Reads a picture from a file as training does: upright by its EXIF orientation, sRGB, 8 bits, without alpha.
 *
 * @throws UserError where there is no such file, it is no picture, is damaged, or has more than 134 million pixels (refused before it is decoded)
 */
export async function readPicture(path: string): Promise<RawPicture> {
  const { image } = await decodeImage({ path }, { channels: 3, pixelAspect: 'correct' });
  return { data: image.data, width: image.width, height: image.height };
}
