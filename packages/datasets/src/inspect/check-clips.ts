import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import type { ClipSource, Sample } from '@gradalign/core';
import { isCutOff } from '../video/video-header.ts';
import { type BrokenFile, type CheckOptions, checkEach } from './check-each.ts';

/**
 * Checks every video file with ffprobe, up to its first packet, and returns those that cannot be used and why: empty, cut off, no video in it. Damage
 * further on shows when frames are extracted. Undefined where ffprobe is missing.
 */
export async function checkClips(samples: readonly Sample[], options: CheckOptions = {}): Promise<BrokenFile[] | undefined> {
  if (!(await hasFfprobe())) return undefined;
  return checkEach(samples, async ({ image }) => ('clip' in image ? whatIsWrong(image, options.signal) : undefined), options);
}

async function whatIsWrong({ clip }: ClipSource, signal: AbortSignal | undefined): Promise<string | undefined> {
  const file = await stat(clip).catch((error: Error) => error);
  if (file instanceof Error) return file.message;
  if (file.size === 0) return 'the file is empty';
  if (await isCutOff(clip)) return 'the file is truncated: its end is missing';
  const report = await ffprobe(['-show_entries', 'stream=codec_type:packet=stream_index', '-read_intervals', '%+#1', '-of', 'json', clip], signal);
  if (report instanceof Error) return 'it is not in a known video format';
  const { streams = [], packets = [] } = JSON.parse(report) as { streams?: { codec_type?: string }[]; packets?: unknown[] };
  if (!streams.some((stream) => stream.codec_type === 'video')) return 'it has no video';
  return packets.length === 0 ? 'its video has no frames' : undefined;
}

async function hasFfprobe(): Promise<boolean> {
  return !((await ffprobe(['-version'], undefined)) instanceof Error);
}

/** The output of ffprobe, or its error where it fails. Throws when aborted. */
function ffprobe(options: readonly string[], signal: AbortSignal | undefined): Promise<string | Error> {
  return new Promise((resolve, reject) => {
    execFile('ffprobe', ['-v', 'error', '-select_streams', 'v', ...options], { ...(signal ? { signal } : {}), maxBuffer: 2 ** 26 }, (error, output) => {
      if (error && signal?.aborted) reject(signal.reason as Error);
      else resolve(error ?? output);
    });
  });
}
