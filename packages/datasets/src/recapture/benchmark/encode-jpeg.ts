import type { Picture } from '../develop.ts';

export interface JpegFile {
  readonly file: Buffer;
  readonly quality: number;
}

const qualities = { lowest: 20, highest: 98 };

/** A file is accepted from this share of its target on. */
const closeEnough = 0.96;

/** Growth of the logarithm of a file's size with quality, to guess the next quality: between 0.015 and 0.03 for these images. */
const growth = 0.02;

/**
 * A JPEG file (4:2:0) of 96 to 100 % of `bytes`, by adapting quality, 20 to 98; the nearest one where none fits.
 * `guess` is the quality to try first: that of the previous frame, for example. The same image, bytes and guess give the same file.
 */
export async function encodeJpeg({ width, height, bytes: pixels }: Picture, bytes: number, guess = 80): Promise<JpegFile> {
  // Imported on use: a plugin that is only validated must not load a native library.
  const { default: sharp } = await import('sharp');
  let fits = qualities.lowest - 1;
  let exceeds = qualities.highest + 1;
  let best: JpegFile | undefined;
  let quality = guess;
  while (fits + 1 < exceeds) {
    quality = Math.min(exceeds - 1, Math.max(fits + 1, Math.round(quality)));
    const file = await sharp(pixels, { raw: { width, height, channels: 3 } })
      .jpeg({ quality })
      .toBuffer();
    const share = file.length / bytes;
    // Until one fits, keep the smallest file that is too large.
    if (share <= 1 || best === undefined || best.file.length > file.length) best = { file, quality };
    if (share <= 1) fits = quality;
    else exceeds = quality;
    if (share <= 1 && share >= closeEnough) break;
    quality += Math.log(0.98 / share) / growth;
  }
  return best as JpegFile;
}
