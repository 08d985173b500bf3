import type { ClipSource } from '@gradalign/core';
import { BrokenClipError } from './broken-clip-error.ts';
import type { Ffmpeg } from './find-ffmpeg.ts';
import type { FramePicture } from './frame-picture.ts';
import { ppmFrames } from './ppm-frames.ts';
import { isCutOff, type ProbedVideo } from './probe-video.ts';
import { lastWords, runTool } from './run-tool.ts';

export interface VideoFrame extends FramePicture {
  readonly frame: number;
}

export interface ReadFramesOptions {
  readonly ffmpeg: Ffmpeg;
  readonly probed: ProbedVideo;
  readonly signal?: AbortSignal | undefined;
  /** Called with the decoder's complaints about a clip that it decoded nevertheless. */
  readonly onProblem?: (problem: string) => void;
}

/**
 * Decodes a clip once and yields the requested frames in ascending order, as upright RGB images. Frames are numbered as the decoder returns them, each
 * once, whatever their time stamps; fewer where the clip has fewer.
 *
 * @throws BrokenClipError where the clip cannot be decoded to the last of them
 */
export async function* readFrames(source: ClipSource, frames: readonly number[], options: ReadFramesOptions): AsyncGenerator<VideoFrame> {
  const { ffmpeg, probed, signal, onProblem } = options;
  const { clip: path } = source;
  const turn = probed.saysTurn ? [] : (turns[source.turn ?? 0] ?? []);
  // Exact and the same on every machine, at little cost: scaling only converts colors to RGB.
  const filters = [selection(frames), ...turn, 'scale=flags=bitexact+accurate_rnd+full_chroma_int+full_chroma_inp', 'format=rgb24'];
  const output = ['-frames:v', String(frames.length), ...ffmpeg.everyFrame, '-f', 'image2pipe', '-c:v', 'ppm', 'pipe:1'];
  // One thread: parallelism is over clips.
  const args = ['-nostdin', '-v', 'error', '-threads', '1', '-i', `file:${path}`, '-map', '0:V:0', '-an', '-sn', '-dn', '-vf', filters.join(','), ...output];
  const tool = runTool('ffmpeg', args, signal);
  try {
    let given = 0;
    for await (const picture of ppmFrames(tool.stdout)) yield { ...picture, frame: frames[given++] as number };
    const { code, said } = await tool.ended;
    signal?.throwIfAborted();
    if (code !== 0) throw new BrokenClipError(`it cannot be decoded (${lastWords(said, path)})`);
    if (isCutOff(said)) throw new BrokenClipError(`it is cut off (${lastWords(said, path)})`);
    if (given === 0) throw new BrokenClipError(`no frame can be decoded${said.trim() ? ` (${lastWords(said, path)})` : ''}`);
    if (said.trim() !== '') onProblem?.(`the decoder reports: ${lastWords(said, path)}`);
  } finally {
    tool.kill();
  }
}

/** Number of frames the decoder returns, for files whose packets are not frames. */
export async function countFrames(path: string, ffmpeg: Ffmpeg, signal?: AbortSignal): Promise<number> {
  const output = [...ffmpeg.everyFrame, '-progress', 'pipe:1', '-f', 'null', '-'];
  const tool = runTool('ffmpeg', ['-nostdin', '-v', 'error', '-threads', '1', '-i', `file:${path}`, '-map', '0:V:0', ...output], signal);
  let text = '';
  for await (const chunk of tool.stdout.setEncoding('utf8')) text = (text + chunk).slice(-4000);
  await tool.ended;
  signal?.throwIfAborted();
  return Number([...text.matchAll(/^frame=\s*(\d+)/gm)].at(-1)?.[1] ?? 0);
}

const turns: Readonly<Record<number, readonly string[]>> = { 90: ['transpose=clock'], 180: ['hflip', 'vflip'], 270: ['transpose=cclock'] };

/** ffmpeg's filter that selects these frames: one comparison for equally spaced frames, else one per frame. */
function selection(frames: readonly number[]): string {
  const [first = 0, second] = frames;
  const step = second === undefined ? 1 : second - first;
  const regular = frames.every((frame, i) => frame === first + i * step);
  const last = frames.at(-1) ?? 0;
  const expression = regular ? `between(n,${first},${last})*not(mod(n-${first},${step}))` : frames.map((frame) => `eq(n,${frame})`).join('+');
  return `select='${expression}'`;
}
