import { wholeImageShrink } from '@gradalign/pixels';
import { type DecodeOptions, decodeImageBytes, readImageFile } from '@gradalign/pixels/files';
import type { PictureReading, RawPicture } from './picture.ts';

/**
 * Reads a picture as training does: upright by its EXIF orientation, sRGB, 8 bits, without alpha, with square pixels. `check` reads it once more where the
 * model's training data were read in another way.
 *
 * @param file path of a file, or its content
 * @throws UserError where there is no such file, it is no picture, is damaged, or has more than 134 million pixels (refused before it is decoded)
 */
export async function readPicture(file: string | Uint8Array): Promise<RawPicture> {
  const [bytes, name] = typeof file === 'string' ? [readImageFile(file), file] : [file, 'from memory'];
  const decode = async (options: Omit<DecodeOptions, 'channels'>) => {
    const { image, stored, shrinkable } = await decodeImageBytes(bytes, name, { channels: 3, ...options });
    const { data, width, height } = image;
    return { picture: { data, width, height }, mayDiffer: stored !== undefined || shrinkable };
  };
  const { picture, mayDiffer } = await decode({ pixelAspect: 'correct', shrink: () => 1 });
  const reread = async ({ pixelAspect, input }: PictureReading) =>
    (await decode({ pixelAspect, ...(input ? { shrink: (of) => wholeImageShrink(of, input) } : {}) })).picture;
  return mayDiffer ? { ...picture, reread } : picture;
}
