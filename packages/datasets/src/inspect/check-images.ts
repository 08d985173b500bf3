import { readBounded, type Sample } from '@gradalign/core';
import { decodeImage, UnreadableImageError } from '@gradalign/core/images';
import { type BrokenFile, type CheckOptions, checkEach } from './check-each.ts';

/** In pixels: a smaller side is assumed to be a mistake in cropping. */
const smallestSide = 8;
/** In bytes; a larger file is not decoded. */
const largestPicture = 2 ** 28;

/** Decodes every image in full, as training does, and returns those that cannot be used and why. In the order of the samples. */
export async function checkImages(samples: readonly Sample[], options: CheckOptions = {}): Promise<BrokenFile[]> {
  return checkEach(samples, whatIsWrong, options);
}

async function whatIsWrong({ image }: Sample): Promise<string | undefined> {
  try {
    const { width, height } = (await decodeImage(image, { channels: 3 })).size;
    return Math.min(width, height) < smallestSide ? `the image is ${width} x ${height} pixels, smaller than ${smallestSide} on a side` : undefined;
  } catch (error) {
    if (!(error instanceof UnreadableImageError)) throw error;
    return 'path' in image && isCutOff(image.path) ? 'the file is truncated: its end is missing' : error.reason;
  }
}

/** A JPEG without its end marker, or a PNG without its last chunk. The messages of libvips vary, since threads share its error text. */
function isCutOff(path: string): boolean {
  let bytes: Buffer;
  try {
    bytes = readBounded(path, largestPicture);
  } catch {
    return false;
  }
  if (bytes.subarray(0, 3).equals(jpegStart)) return !bytes.subarray(-2).equals(jpegEnd);
  return bytes.subarray(0, 4).equals(pngStart) && bytes.subarray(-8, -4).toString('latin1') !== 'IEND';
}

const jpegStart = Buffer.from([0xff, 0xd8, 0xff]);
const jpegEnd = Buffer.from([0xff, 0xd9]);
const pngStart = Buffer.from([0x89, 0x50, 0x4e, 0x47]);
