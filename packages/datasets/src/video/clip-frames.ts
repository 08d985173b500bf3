import { stat } from 'node:fs/promises';
import type { ClipSource, Sample } from '@gradalign/core';
import { decodeImage, type ImageSize, type PixelAspect } from '@gradalign/core/images';
import type { FramePicture } from '@gradalign/pixels';
import { BrokenClipError } from './broken-clip-error.ts';
import type { ClipReader } from './clip-reader.ts';
import type { Ffmpeg } from './find-ffmpeg.ts';
import { type ClipLimits, type ProbedVideo, probeVideo } from './probe-video.ts';
import { countFrames, readFrames } from './read-frames.ts';

/** A frame with the sample it belongs to. */
export interface ClipFrame<S extends Sample> extends FramePicture {
  /** From 0. */
  readonly frame: number;
  readonly sample: S;
  /** Size that annotations refer to, where it is not the picture's. */
  readonly stored?: ImageSize;
  /** What was done to its pixels. */
  readonly changes: readonly string[];
}

/** Frames of one clip, of whatever format. */
export interface ClipFrames<S extends Sample> {
  /** As far as known without decoding. */
  readonly count: number;
  /** Size of the file in bytes; absent where the clip is not a file. */
  readonly bytes?: number;
  /**
   * The requested frames in ascending order; fewer where the clip has fewer.
   *
   * @param toTheEnd false: reading ends with the last of them, and `count` is not checked
   * @throws BrokenClipError
   */
  read(frames: readonly number[], toTheEnd?: boolean): AsyncIterable<ClipFrame<S>>;
  /** The exact number: known once the clip was read to the end, else at the cost of decoding. */
  recount(): Promise<number>;
}

/** How to open a clip. */
export interface OpenClipOptions {
  /** Called only for video files. */
  readonly ffmpeg: () => Ffmpeg;
  readonly clipReader?: ClipReader | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Pixels that are not square; default: `correct`. */
  readonly pixelAspect?: PixelAspect | undefined;
  /** Of video files, refused before a frame is decoded; default: none but the pixels that any picture may have. */
  readonly limits?: ClipLimits | undefined;
  readonly onProblem: (problem: string) => void;
}

/** The frames of a clip, whatever its format: a video file, a file that a data set reads itself, images. @throws BrokenClipError where it cannot be opened */
export async function openClip<S extends Sample>(clip: { readonly samples: readonly [S, ...S[]] }, options: OpenClipOptions): Promise<ClipFrames<S>> {
  const [sample] = clip.samples;
  if (!('clip' in sample.image)) return images(clip.samples, options);
  return options.clipReader ? throughReader(sample, sample.image, options.clipReader, options) : video(sample, sample.image, options);
}

async function video<S extends Sample>(
  sample: S,
  source: ClipSource,
  { ffmpeg, signal, pixelAspect, limits, onProblem }: OpenClipOptions,
): Promise<ClipFrames<S>> {
  const tool = ffmpeg();
  const probed: ProbedVideo = await probeVideo(source.clip, signal, limits);
  const base = { ffmpeg: tool, probed, signal, pixelAspect, maxPixels: limits?.pixels, onProblem };
  let counted: number | undefined;
  const limited = (count: number) => Math.min(count, source.firstFrames ?? count);
  return {
    count: limited(probed.frames),
    bytes: (await stat(source.clip)).size,
    async *read(frames, toTheEnd = true) {
      const onCount = (count: number) => {
        counted = count;
      };
      for await (const frame of readFrames(source, frames, { ...base, toTheEnd, onCount })) yield { ...frame, sample };
    },
    recount: async () => {
      counted ??= await countFrames(source, base);
      return limited(counted);
    },
  };
}

async function throughReader<S extends Sample>(sample: S, source: ClipSource, reader: ClipReader, { signal }: OpenClipOptions): Promise<ClipFrames<S>> {
  const whole = await orBroken(() => reader.count(sample));
  const count = Math.min(whole, source.firstFrames ?? whole);
  if (count === 0) throw new BrokenClipError('it has no frames');
  const file = await stat(source.clip).catch(() => undefined);
  return {
    count,
    ...(file && { bytes: file.size }),
    async *read(frames) {
      const given = reader.read(sample, frames)[Symbol.asyncIterator]();
      for (;;) {
        signal?.throwIfAborted();
        const { done, value } = await orBroken(() => given.next());
        if (done) return;
        yield { ...value, sample, changes: [] };
      }
    },
    recount: async () => count,
  };
}

/** The images of a video in their order, by their own numbers where these differ; an image that stands alone is frame 0. */
function images<S extends Sample>(samples: readonly [S, ...S[]], { signal, pixelAspect = 'correct' }: OpenClipOptions): ClipFrames<S> {
  const numbered = new Set(samples.map(({ frame }) => frame)).size === samples.length;
  return {
    count: samples.length,
    async *read(frames) {
      for (const i of frames) {
        signal?.throwIfAborted();
        const sample = samples[i] as S;
        // A box is where the face is annotated: the whole image is needed for the margin around it.
        const source = 'path' in sample.image ? { path: sample.image.path } : sample.image;
        let release = () => {};
        const hold = (given: () => void) => {
          release = given;
        };
        try {
          const { image, stored, changes = [] } = await orBroken(() => decodeImage(source, { channels: 3, hold, pixelAspect }));
          const { width, height, data } = image;
          const bytes = new Uint8Array(data.buffer, data.byteOffset, data.length);
          yield { frame: (numbered ? sample.frame : undefined) ?? i, sample, width, height, data: bytes, changes, ...(stored ? { stored } : {}) };
        } finally {
          // Large pictures share a budget: the next one may come once this one is cropped.
          release();
        }
      }
    },
    recount: async () => samples.length,
  };
}

/** An error of a reader concerns this clip only. */
async function orBroken<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    const { name, reason, message } = error as Error & { readonly reason?: unknown };
    throw name === 'AbortError' ? error : new BrokenClipError(typeof reason === 'string' ? reason : message, { cause: error });
  }
}
