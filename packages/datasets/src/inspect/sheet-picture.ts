import type { PixelImage, Sample } from '@gradalign/core';
import { decodeImage, deriveImage, findAugmentations, UnreadableImageError } from '@gradalign/core/images';
import type { FaceDataset } from '../faces/face-dataset.ts';
import { byCodePoint } from '../on-disk/code-point-order.ts';
import { BrokenClipError } from '../video/broken-clip-error.ts';
import { openClip } from '../video/clip-frames.ts';
import type { Ffmpeg } from '../video/find-ffmpeg.ts';
import type { Clip } from './clips.ts';

export interface SheetPictureOptions {
  /** In pixels. */
  readonly side: number;
  /** URLs of the plugin modules whose augmentations derive images. */
  readonly pluginFiles: readonly string[];
  /** Called only for video files. */
  readonly ffmpeg: () => Ffmpeg;
  readonly signal?: AbortSignal | undefined;
}

/** Background where there is no image. */
const nothing = { r: 222, g: 222, b: 218 };

/** The middle frame of a clip, whole, fitted into a square, as raw RGB; a crossed-out field where it cannot be read. */
export async function sheetPicture(clip: Clip, dataset: FaceDataset, options: SheetPictureOptions): Promise<Buffer> {
  const { default: sharp } = await import('sharp');
  const { side } = options;
  try {
    const { data, width, height, channels } = await middleFrame(clip, dataset, options);
    return await sharp(data, { raw: { width, height, channels } })
      .resize(side, side, { fit: 'contain', background: nothing, kernel: width < side / 2 ? 'nearest' : 'lanczos3' })
      .raw()
      .toBuffer();
  } catch (error) {
    if (!(error instanceof UnreadableImageError || error instanceof BrokenClipError)) throw error;
    const cross = `<svg xmlns="http://www.w3.org/2000/svg" width="${side}" height="${side}"><path d="M0 0L${side} ${side}M${side} 0L0 ${side}" stroke="#c03030" stroke-width="2"/></svg>`;
    return sharp({ create: { width: side, height: side, channels: 3, background: nothing } })
      .composite([{ input: Buffer.from(cross) }])
      .removeAlpha()
      .raw()
      .toBuffer();
  }
}

/** As training sees it: the upright frame of a whole video; of a derived image, the result. */
async function middleFrame({ samples }: Clip, { clipReader }: FaceDataset, { pluginFiles, ffmpeg, signal }: SheetPictureOptions): Promise<PixelImage> {
  const ordered = [...samples].sort((a, b) => (a.frame ?? 0) - (b.frame ?? 0) || byCodePoint(a.id, b.id));
  const sample = ordered[Math.floor(ordered.length / 2)] as Sample;
  const source = sample.image;
  if ('clip' in source) {
    const opened = await openClip({ samples: [sample] }, { ffmpeg, clipReader, signal, onProblem: () => {} });
    for await (const { data, width, height } of opened.read([Math.floor(opened.count / 2)])) return { data, width, height, channels: 3 };
    throw new BrokenClipError('no frame can be decoded');
  }
  const { image } = await decodeImage(source, { channels: 3 });
  if (!('path' in source) || !source.through) return image;
  return deriveImage(image, source.through, await findAugmentations(source.through.augmentations, pluginFiles));
}
