import type { Picture } from '../develop.ts';

export interface JpegFile {
  readonly file: Buffer;
  readonly quality: number;
}

const qualities = { lowest: 20, highest: 98 };

/** A file is close enough from this share of its target on. */
const closeEnough = 0.96;

/** How fast the logarithm of a file's size grows with quality, to aim the next try: between 0.015 and 0.03 for these pictures. */
const growth = 0.02;

/**
 * A JPEG file (4:2:0) of 96 to 100 % of `bytes`: quality, 20 to 98, is what gives way. Where no quality fits, the nearest one.
 * `guess` is the quality to try first: that of the frame before, say. The same picture, bytes and guess give the same file.
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
    // Too large a file stands in until one fits; of those, the smallest.
    if (share <= 1 || best === undefined || best.file.length > file.length) best = { file, quality };
    if (share <= 1) fits = quality;
    else exceeds = quality;
    if (share <= 1 && share >= closeEnough) break;
    quality += Math.log(0.98 / share) / growth;
  }
  return best as JpegFile;
}
