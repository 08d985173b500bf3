import { type ExecFileException, execFile } from 'node:child_process';
import type { ClipSource, Sample } from '@gradalign/core';
import { BrokenClipError } from '../video/broken-clip-error.ts';
import { inputOptions, videoDemuxer } from '../video/video-container.ts';
import { isCutOff } from '../video/video-header.ts';
import { type BrokenFile, type CheckOptions, checkEach } from './check-each.ts';

/** For one clip, in milliseconds. */
const timeLimit = 30_000;

/**
 * Checks every video file with ffprobe, up to its first packet, and returns those that cannot be used and why: empty, cut off, no video in it. Damage
 * further on shows when frames are extracted. Undefined where ffprobe is missing.
 */
export async function checkClips(samples: readonly Sample[], options: CheckOptions = {}): Promise<BrokenFile[] | undefined> {
  if (!(await hasFfprobe())) return undefined;
  return checkEach(samples, async ({ image }) => ('clip' in image ? whatIsWrong(image, options.signal) : undefined), options);
}

async function whatIsWrong({ clip }: ClipSource, signal: AbortSignal | undefined): Promise<string | undefined> {
  const demuxer = await videoDemuxer(clip).catch((error: unknown) => {
    if (error instanceof BrokenClipError) return error;
    throw error;
  });
  if (demuxer instanceof BrokenClipError) return demuxer.message;
  if (await isCutOff(clip)) return 'the file is truncated: its end is missing';
  const entries = ['-select_streams', 'v', '-show_entries', 'stream=codec_type:packet=stream_index', '-read_intervals', '%+#1', '-of', 'json'];
  const report = await ffprobe([...inputOptions(demuxer), ...entries, `file:${clip}`], signal);
  if (typeof report !== 'string') return report.killed ? `reading it takes more than ${timeLimit / 1000} seconds` : 'it is not in a known video format';
  const { streams = [], packets = [] } = JSON.parse(report) as { streams?: { codec_type?: string }[]; packets?: unknown[] };
  if (!streams.some((stream) => stream.codec_type === 'video')) return 'it has no video';
  return packets.length === 0 ? 'its video has no frames' : undefined;
}

async function hasFfprobe(): Promise<boolean> {
  return typeof (await ffprobe(['-version'], undefined)) === 'string';
}

/** The output of ffprobe, or its error where it fails. Throws when aborted. */
function ffprobe(options: readonly string[], signal: AbortSignal | undefined): Promise<string | ExecFileException> {
  return new Promise((resolve, reject) => {
    const settings = { ...(signal ? { signal } : {}), maxBuffer: 2 ** 26, timeout: timeLimit, killSignal: 'SIGKILL' as const };
    execFile('ffprobe', ['-v', 'error', ...options], settings, (error, output) => {
      if (error && signal?.aborted) reject(signal.reason as Error);
      else resolve(error ?? output);
    });
  });
}
