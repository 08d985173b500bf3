import { readFile } from 'node:fs/promises';
import { decodeImage, type Sample, UnreadableImageError } from '@gradalign/core';

/** An image or a video that training would have to leave out. */
export interface BrokenFile {
  /** The sample's id. */
  readonly id: string;
  readonly path?: string;
  /** What is wrong: `the file is empty`. */
  readonly reason: string;
}

export interface CheckOptions {
  /** Called after each file. */
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/** Sides below this are taken for a mistake of whoever cut the images. In pixels. */
const smallestSide = 8;
/** As many as libuv has threads by default: sharp decodes on those. */
const atOnce = 4;

/** Decodes every image in full, as training would, and tells which cannot be used and why. In the order of the samples. */
export async function checkImages(samples: readonly Sample[], { onProgress, signal }: CheckOptions = {}): Promise<BrokenFile[]> {
  const reasons = new Map<Sample, string>();
  let next = 0;
  let done = 0;
  const work = async () => {
    for (let sample = samples[next++]; sample; sample = samples[next++]) {
      signal?.throwIfAborted();
      const reason = await whatIsWrong(sample);
      if (reason !== undefined) reasons.set(sample, reason);
      onProgress?.(++done, samples.length);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return samples.flatMap((sample) => {
    const reason = reasons.get(sample);
    return reason === undefined ? [] : [{ id: sample.id, ...('path' in sample.image ? { path: sample.image.path } : {}), reason }];
  });
}

async function whatIsWrong({ image }: Sample): Promise<string | undefined> {
  try {
    const { width, height } = (await decodeImage(image, { channels: 3 })).size;
    return Math.min(width, height) < smallestSide ? `the picture has ${width} x ${height} pixels, less than ${smallestSide} on a side` : undefined;
  } catch (error) {
    if (!(error instanceof UnreadableImageError)) throw error;
    return 'path' in image && (await isCutOff(image.path)) ? 'the file is truncated: its end is missing' : error.reason;
  }
}

/** A JPEG without its end marker, a PNG without its last chunk. What libvips says of them varies: threads share its error text. */
async function isCutOff(path: string): Promise<boolean> {
  const bytes = await readFile(path).catch(() => Buffer.alloc(0));
  if (bytes.subarray(0, 3).equals(jpegStart)) return !bytes.subarray(-2).equals(jpegEnd);
  return bytes.subarray(0, 4).equals(pngStart) && bytes.subarray(-8, -4).toString('latin1') !== 'IEND';
}

const jpegStart = Buffer.from([0xff, 0xd8, 0xff]);
const jpegEnd = Buffer.from([0xff, 0xd9]);
const pngStart = Buffer.from([0x89, 0x50, 0x4e, 0x47]);
