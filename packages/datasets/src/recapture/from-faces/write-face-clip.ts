import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSeed, makeFolders } from '@gradalign/core';
import { decodeImage, UnreadableImageError } from '@gradalign/core/images';
import { encodeJpeg } from '../benchmark/encode-jpeg.ts';
import { lightWithin } from '../image/light-within.ts';
import { drawRecapture, type RecaptureKind, type RecaptureRanges } from '../options/recapture-ranges.ts';
import type { Range } from '../ranges.ts';
import { type RecaptureParameters, recapture } from '../recapture.ts';
import { movedViewpoint } from '../viewpoint.ts';
import type { FaceClip } from './plan-clips.ts';

/** Settings shared by all clips. Plain data: it is sent to worker threads. */
export interface FaceClipSettings {
  /** Folder of the data set. */
  readonly root: string;
  readonly seed: number;
  readonly side: number;
  readonly bytesPerPixel: Range;
  readonly ranges: RecaptureRanges;
}

export interface WrittenPicture {
  /** Relative to the data set. */
  readonly path: string;
  /** The live picture, relative to its folder. */
  readonly source: string;
  readonly kind: RecaptureKind;
  readonly parameters: RecaptureParameters;
  /** Of the JPEG file. */
  readonly quality: number;
}

export interface WrittenClip {
  readonly pictures: readonly WrittenPicture[];
  readonly broken: readonly { readonly path: string; readonly reason: string }[];
  /** SHA-256 over its files. */
  readonly digest: string;
}

/** Photographs the images of one clip and writes them. Instrument and camera stay the same, hand motion and noise change from frame to frame. */
export async function writeFaceClip(clip: FaceClip, { root, seed, side, bytesPerPixel, ranges }: FaceClipSettings): Promise<WrittenClip> {
  const part = (name: string) => createSeed(seed).stream(`recapture/${name}`).at(clip.key);
  const hand = part('hand');
  const noise = part('noise');
  const share = part('file').uniform(...bytesPerPixel);
  const pictures: WrittenPicture[] = [];
  const broken: { path: string; reason: string }[] = [];
  const hash = createHash('sha256');
  let quality: number | undefined;
  for (const [i, { id, path }] of clip.pictures.entries()) {
    try {
      const light = lightWithin((await decodeImage({ path }, { channels: 3 })).image, side);
      const drawn = drawRecapture(clip.kind, ranges, Math.max(light.width, light.height), part);
      const parameters = { ...drawn, viewpoint: movedViewpoint(drawn.viewpoint, hand) };
      const picture = recapture(light, parameters, { instrument: part('sheet'), noise });
      const encoded = await encodeJpeg(picture, Math.round(picture.width * picture.height * share), quality);
      quality = encoded.quality;
      const to = `${clip.folder}/frame_${String(i + 1).padStart(4, '0')}.jpg`;
      makeFolders(join(root, clip.folder));
      writeFileSync(join(root, to), encoded.file);
      hash.update(encoded.file);
      pictures.push({ path: to, source: id, kind: clip.kind, parameters, quality });
    } catch (error) {
      if (!(error instanceof UnreadableImageError)) throw error;
      broken.push({ path, reason: error.reason });
    }
  }
  return { pictures, broken, digest: hash.digest('hex') };
}
