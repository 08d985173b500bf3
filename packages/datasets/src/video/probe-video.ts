import { BrokenClipError } from './broken-clip-error.ts';
import { lastWords, runTool, stallLimit } from './run-tool.ts';
import { inputOptions, videoDemuxer } from './video-container.ts';
import { isCutOff as fileIsCutOff } from './video-header.ts';

/** What a video says about itself, without decoding. */
export interface ProbedVideo {
  /** ffmpeg's name of its container. */
  readonly demuxer: string;
  /** Frames that its packets promise, without those that an edit list hides. Only decoding tells how many there are. */
  readonly frames: number;
  /** Degrees clockwise by which the file's own metadata turn it; absent where they say nothing, or 0. */
  readonly turn?: number;
  /** What reading it as 8-bit RGB does to its pixels, besides pixels that are not square. */
  readonly changes: readonly string[];
}

/** What a clip of a stranger may have. */
export interface ClipLimits {
  /** Of a frame as stored; at most the 134 million that any picture may have. */
  readonly pixels: number;
  /** From the first to the last time stamp of its packets, whatever the header says. */
  readonly seconds: number;
  /** Packets of its video: each may cost a decoded frame. */
  readonly packets: number;
}

/** Container and packets of a video, without decoding. @throws BrokenClipError where the file is not a complete video, or has more than `limits` */
export async function probeVideo(path: string, signal?: AbortSignal, limits?: ClipLimits): Promise<ProbedVideo> {
  const demuxer = await videoDemuxer(path);
  const entries = ['-show_streams', '-show_format', '-show_entries', 'packet=flags,pts_time'];
  const args = ['-v', 'error', ...inputOptions(demuxer), '-select_streams', 'V:0', ...entries, '-of', 'compact', `file:${path}`];
  const tool = runTool('ffprobe', args, { signal });
  let begun = '';
  let hidden = 0;
  let packets = 0;
  let [earliest, latest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let stream: string | undefined;
  let format = '';
  const take = (line: string) => {
    const [section] = line.split('|', 1);
    if (section === 'packet') packets++;
    const time = section === 'packet' && limits ? Number(valueIn(line, 'pts_time')) : Number.NaN;
    if (time < earliest) earliest = time;
    if (time > latest) latest = time;
    // It is decoded and not shown.
    if (section === 'packet' && valueIn(line, 'flags')?.includes('D')) hidden++;
    if (section === 'stream') stream ??= line;
    if (section === 'format') format = line;
  };
  for await (const chunk of tool.stdout.setEncoding('utf8')) {
    const lines = `${begun}${chunk}`.split('\n');
    begun = lines.pop() ?? '';
    lines.forEach(take);
    if (limits && packets > limits.packets) {
      tool.kill();
      throw beyond(`it has more than ${limits.packets} frames`);
    }
  }
  take(begun);
  const { code, said } = await tool.ended;
  signal?.throwIfAborted();
  if (tool.stalled) throw new BrokenClipError(`reading it gives nothing for ${stallLimit / 1000} seconds`);
  if (limits && packets > limits.packets) throw beyond(`it has more than ${limits.packets} frames`);
  if (code !== 0) throw new BrokenClipError(`it is not a readable video (${lastWords(said, path)})`);
  if (stream === undefined)
    throw new BrokenClipError(Number(valueIn(format, 'nb_streams') ?? 0) > 0 ? 'it has sound but no video' : `it has no video${why(said, path)}`);
  if (packets === 0) throw new BrokenClipError('it has no frames');
  if (isCutOff(said) || (await fileIsCutOff(path))) {
    // Containers count loosely: they only tell how much is missing once it is known that something is.
    const promised = Number(valueIn(stream, 'nb_frames') ?? 0);
    throw new BrokenClipError(`it is cut off${promised > packets ? ` after ${packets} of ${promised} frames` : ''}${why(said, path)}`);
  }
  if (limits) refuseBeyond(limits, stream, latest - earliest);
  const turn = turnOf(stream);
  return {
    demuxer,
    frames: packets - hidden,
    ...(turn === 0 ? {} : { turn }),
    changes: [...turnedBy(stream, turn), ...convertedFrom(stream)],
  };
}

function refuseBeyond(limits: ClipLimits, stream: string, seconds: number): void {
  if (seconds > limits.seconds) throw beyond(`it lasts ${Math.round(seconds)} seconds, more than the limit of ${limits.seconds}`);
  const [width, height] = [Number(valueIn(stream, 'width')), Number(valueIn(stream, 'height'))];
  if (width * height > limits.pixels)
    throw beyond(`its frames have ${width} x ${height} pixels, more than the limit of ${Number((limits.pixels / 1e6).toPrecision(3))} million`);
}

function beyond(message: string): BrokenClipError {
  return new BrokenClipError(message, { problem: 'limit' });
}

/** A value in a line of ffprobe's compact writer, `stream|codec_name=h264|...`, whatever section of it; undefined where it is not there. */
function valueIn(line: string, key: string): string | undefined {
  return new RegExp(`[|:]${key}=((?:[^|\\\\]|\\\\.)*)`).exec(line)?.[1];
}

function turnOf(stream: string): number {
  const counterclockwise = valueIn(stream, 'rotation');
  const turn = counterclockwise === undefined ? Number(valueIn(stream, 'rotate') ?? 0) : -Number(counterclockwise);
  return Number.isFinite(turn) ? ((Math.round(turn) % 360) + 360) % 360 : 0;
}

function turnedBy(stream: string, turn: number): string[] {
  const matrix = (valueIn(stream, 'displaymatrix') ?? '').replaceAll('\\n', ' ');
  const [a = 1, b = 0, , c = 0, d = 1] = [...matrix.replace(/[0-9a-f]{8}:/g, '').matchAll(/-?\d+/g)].map(([number]) => Number(number));
  if (a * d - b * c < 0) return ['mirrored (display matrix in the header)'];
  return turn === 0 ? [] : [`turned ${turn} degrees (rotation in the header)`];
}

function convertedFrom(stream: string): string[] {
  const format = valueIn(stream, 'pix_fmt') ?? '';
  const transfer = valueIn(stream, 'color_transfer');
  const [, bits] = /(?:p|gray|gbra?p|x2rgb|x2bgr)(9|10|12|14|16)(?:le|be)?$/.exec(format) ?? [];
  const deep = bits ?? (/^(rgb|bgr)(48|64)|^(rgba|bgra|ya)(64|16)/.test(format) ? '16' : undefined);
  const hdr = transfer === 'smpte2084' ? 'PQ' : transfer === 'arib-std-b67' ? 'HLG' : undefined;
  return [
    ...(deep === undefined ? [] : [`${deep} bits reduced to 8`]),
    ...(hdr === undefined ? [] : [`high dynamic range (${hdr}) without tone mapping`]),
    ...(/^(yuva|gbrap|rgba|bgra|argb|abgr|ya)/.test(format) ? ['alpha dropped'] : []),
    ...(/^(gray|ya|mono)/.test(format) ? ['gray repeated in three channels'] : []),
  ];
}

function why(said: string, path: string): string {
  return said.trim() === '' ? '' : ` (${lastWords(said, path)})`;
}

/** Whether ffmpeg's output says that the end of the file is missing. */
export function isCutOff(said: string): boolean {
  return /partial file|ended prematurely|end of file.*unexpected|truncating packet/i.test(said);
}
