import type { ClipSource } from '@gradalign/core';
import { type ImageSize, type PixelAspect, squared, stretchChanges } from '@gradalign/core/images';
import { cutImage, type FramePicture } from '@gradalign/pixels';
import { BrokenClipError } from './broken-clip-error.ts';
import type { Ffmpeg } from './find-ffmpeg.ts';
import { type FrameLines, frameLines, type Stretch } from './frame-lines.ts';
import { ppmFrames } from './ppm-frames.ts';
import { isCutOff, type ProbedVideo } from './probe-video.ts';
import { lastWords, runTool, stallLimit } from './run-tool.ts';
import { squareScale } from './square-scale.ts';
import { inputOptions } from './video-container.ts';

/** A frame with its number, from 0, as a viewer counts. */
export interface VideoFrame extends FramePicture {
  readonly frame: number;
  /** Its size turned upright, before pixels were made square: what annotations refer to. */
  readonly stored: ImageSize;
  /** What was done to its pixels: `turned 90 degrees (rotation in the header)`. */
  readonly changes: readonly string[];
}

/** How frames are read. */
export interface ReadFramesOptions {
  readonly ffmpeg: Ffmpeg;
  readonly probed: ProbedVideo;
  readonly signal?: AbortSignal | undefined;
  /** Default: `correct`. */
  readonly pixelAspect?: PixelAspect | undefined;
  /** Of the largest frame that is decoded. */
  readonly maxPixels?: number | undefined;
  /** False: decoding ends with the last requested frame, and the number of frames stays unknown. Default: true. */
  readonly toTheEnd?: boolean | undefined;
  /** Called with the decoder's complaints about a clip that it decoded nevertheless. */
  readonly onProblem?: (problem: string) => void;
  /** Called with the number of frames in the clip, where it was decoded to the end. */
  readonly onCount?: (frames: number) => void;
}

/**
 * Decodes a clip and yields the requested frames in ascending order, as upright RGB images; fewer where the clip has fewer. Frames are counted here, in the
 * order the decoder returns them, each once, whatever their time stamps: what an edit list hides, and chunks without a picture, do not count.
 *
 * @throws BrokenClipError where the clip cannot be decoded to the last of them
 */
export async function* readFrames(source: ClipSource, frames: readonly number[], options: ReadFramesOptions): AsyncGenerator<VideoFrame> {
  const seen = frameLines();
  let given = 0;
  let changing = false;
  // ffmpeg's own selection spares converting the frames between; it is right until a frame's size or format changes and it counts anew.
  for await (const picture of decoded(source, ['showinfo=checksum=0', `select='${selection(frames)}'`, ...upright(source, options)], seen, options)) {
    const frame = frames[given];
    if (frame === undefined) continue;
    changing = !(await seen.upTo(frame)) || seen.stretches.length > 1;
    if (changing) break;
    given++;
    yield { ...picture, ...told(frame, seen.stretches, source, options) };
    if (given === frames.length && options.toTheEnd === false) return;
  }
  changing ||= given < frames.length && seen.stretches.length > 1;
  if (changing) yield* readChanging(source, frames.slice(given), options);
  else options.onCount?.(seen.count);
}

/**
 * Reads frames of a clip whose size or format changes: all are decoded, put into the upper left of a canvas that holds the largest, so that ffmpeg keeps the
 * pixels of each, and counted and cut out here.
 */
async function* readChanging(source: ClipSource, frames: readonly number[], options: ReadFramesOptions): AsyncGenerator<VideoFrame> {
  const { stretches } = await scan(source, options);
  const sizes = stretches.map((stretch) => shownSize(stretch, source, options));
  const canvas = { width: Math.max(...sizes.map(({ width }) => width)), height: Math.max(...sizes.map(({ height }) => height)) };
  for (const [i, { first, size }] of stretches.entries()) {
    const before = stretches[i - 1]?.size;
    if (before && (before.width !== size.width || before.height !== size.height))
      options.onProblem?.(`its size changes from ${before.width} x ${before.height} to ${size.width} x ${size.height} at frame ${first}`);
  }
  const seen = frameLines();
  const filters = ['showinfo=checksum=0', ...upright(source, options), `pad=${canvas.width}:${canvas.height}:0:0`];
  const wanted = new Set(frames);
  let frame = 0;
  for await (const picture of decoded(source, filters, seen, options)) {
    const size = sizes[stretches.findLastIndex(({ first }) => first <= frame)] as ImageSize;
    if (picture.width !== canvas.width || picture.height !== canvas.height)
      throw new BrokenClipError(`its size changes within the clip, and ffmpeg gives frame ${frame} as ${picture.width} x ${picture.height}`);
    if (wanted.has(frame)) yield { ...cut(picture, size), ...told(frame, stretches, source, options) };
    frame++;
  }
  options.onCount?.(frame);
}

/** Number of frames the decoder returns. @throws BrokenClipError where the clip cannot be decoded */
export async function countFrames(source: ClipSource, options: ReadFramesOptions): Promise<number> {
  return (await scan(source, options)).count;
}

async function scan(source: ClipSource, options: ReadFramesOptions): Promise<FrameLines> {
  const seen = frameLines();
  // No picture passes the selection.
  for await (const _ of decoded(source, ['showinfo=checksum=0', "select='0'", 'format=rgb24'], seen, { ...options, onProblem: () => {} }));
  return seen;
}

/** Runs ffmpeg once and yields what comes out of the filters. */
async function* decoded(source: ClipSource, filters: readonly string[], seen: FrameLines, options: ReadFramesOptions): AsyncGenerator<FramePicture> {
  const { ffmpeg, probed, signal, maxPixels, onProblem } = options;
  const { clip: path } = source;
  // One thread: parallelism is over clips.
  const input = ['-threads', '1', ...inputOptions(probed.demuxer, maxPixels), '-i', `file:${path}`, '-map', '0:V:0', '-an', '-sn', '-dn'];
  const output = [...ffmpeg.everyFrame, '-f', 'image2pipe', '-c:v', 'ppm', 'pipe:1'];
  const args = ['-nostdin', '-hide_banner', '-nostats', '-v', 'level+info', ...input, '-vf', filters.join(','), ...output];
  const tool = runTool('ffmpeg', args, { signal, onLine: seen.take });
  void tool.ended.then(seen.end);
  try {
    yield* ppmFrames(tool.stdout);
    const { code, said } = await tool.ended;
    signal?.throwIfAborted();
    if (tool.stalled) throw new BrokenClipError(`decoding it gives nothing for ${stallLimit / 1000} seconds`);
    if (code !== 0 && seen.count === 0) throw new BrokenClipError(`no frame can be decoded${said.trim() ? ` (${lastWords(said, path)})` : ''}`);
    if (code !== 0) throw new BrokenClipError(`it cannot be decoded (${lastWords(said, path)})`);
    if (isCutOff(said)) throw new BrokenClipError(`it is cut off (${lastWords(said, path)})`);
    if (seen.count === 0) throw new BrokenClipError(`no frame can be decoded${said.trim() ? ` (${lastWords(said, path)})` : ''}`);
    if (said.trim() !== '') onProblem?.(`the decoder reports: ${lastWords(said, path)}`);
  } finally {
    tool.kill();
  }
}

const turns: Readonly<Record<number, readonly string[]>> = { 90: ['transpose=clock'], 180: ['hflip', 'vflip'], 270: ['transpose=cclock'] };

/** The turn in degrees that the data set asks for, where the file does not say one itself. */
function ownTurn({ turn }: ClipSource, { probed }: ReadFramesOptions): number {
  return probed.turn === undefined ? (turn ?? 0) : 0;
}

/** Exact and the same on every machine, at little cost: scaling only converts colors to RGB where pixels are square. */
function upright(source: ClipSource, options: ReadFramesOptions): readonly string[] {
  const size = options.pixelAspect === 'keep' ? '' : `${squareScale}:`;
  return [...(turns[ownTurn(source, options)] ?? []), `scale=${size}flags=bitexact+accurate_rnd+full_chroma_int+full_chroma_inp`, 'format=rgb24'];
}

/** As `stretch` says, turned by the data set's own turn. */
function turned({ size: { width, height }, pixelAspect }: Stretch, source: ClipSource, options: ReadFramesOptions): { size: ImageSize; pixelAspect: number } {
  return ownTurn(source, options) % 180 === 0
    ? { size: { width, height }, pixelAspect }
    : { size: { width: height, height: width }, pixelAspect: 1 / pixelAspect };
}

function shownSize(stretch: Stretch, source: ClipSource, options: ReadFramesOptions): ImageSize {
  const { size, pixelAspect } = turned(stretch, source, options);
  return options.pixelAspect === 'keep' ? size : squared(size, pixelAspect);
}

/** What is known about a frame besides its pixels. */
function told(frame: number, stretches: readonly Stretch[], source: ClipSource, options: ReadFramesOptions): Omit<VideoFrame, keyof FramePicture> {
  const stretch = stretches.findLast(({ first }) => first <= frame) as Stretch;
  const { size, pixelAspect } = turned(stretch, source, options);
  const turn = ownTurn(source, options);
  const changes = [
    ...(turn === 0 ? [] : [`turned ${turn} degrees (the data set's rule)`]),
    ...stretchChanges(pixelAspect, options.pixelAspect ?? 'correct'),
    ...options.probed.changes,
  ];
  return { frame, stored: size, changes };
}

/** The upper left part of a picture. */
function cut(picture: FramePicture, size: ImageSize): FramePicture {
  const { data } = cutImage({ ...picture, channels: 3 }, { x: 0, y: 0, ...size });
  return { data, ...size };
}

/** ffmpeg's filter that selects these frames: one comparison for equally spaced frames, else one per frame. */
function selection(frames: readonly number[]): string {
  const [first = 0, second] = frames;
  const step = second === undefined ? 1 : second - first;
  const regular = frames.every((frame, i) => frame === first + i * step);
  const last = frames.at(-1) ?? 0;
  return regular ? `between(n,${first},${last})*not(mod(n-${first},${step}))` : frames.map((frame) => `eq(n,${frame})`).join('+');
}
