import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import type { ClipSource, Sample } from '@gradalign/core';
import { isCutOff } from '../video/video-header.ts';
import type { BrokenFile, CheckOptions } from './check-images.ts';

/** Processes of ffprobe at a time. */
const atOnce = 4;

/**
 * Looks into every video file with ffprobe, as far as its first packet, and tells which cannot be used and why: empty, cut off, no video in it. What
 * is damaged further on shows when frames are made of it. In the order of the samples. Undefined where ffprobe is not there.
 */
export async function checkClips(samples: readonly Sample[], { onProgress, signal }: CheckOptions = {}): Promise<BrokenFile[] | undefined> {
  if (!(await hasFfprobe())) return undefined;
  const reasons = new Map<Sample, string>();
  let next = 0;
  let done = 0;
  const work = async () => {
    for (let sample = samples[next++]; sample; sample = samples[next++]) {
      signal?.throwIfAborted();
      const reason = 'clip' in sample.image ? await whatIsWrong(sample.image, signal) : undefined;
      if (reason !== undefined) reasons.set(sample, reason);
      onProgress?.(++done, samples.length);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return samples.flatMap((sample) => {
    const reason = reasons.get(sample);
    return reason === undefined ? [] : [{ id: sample.id, ...('clip' in sample.image ? { path: sample.image.clip } : {}), reason }];
  });
}

async function whatIsWrong({ clip }: ClipSource, signal: AbortSignal | undefined): Promise<string | undefined> {
  const file = await stat(clip).catch((error: Error) => error);
  if (file instanceof Error) return file.message;
  if (file.size === 0) return 'the file is empty';
  if (await isCutOff(clip)) return 'the file is truncated: its end is missing';
  const report = await ffprobe(['-show_entries', 'stream=codec_type:packet=stream_index', '-read_intervals', '%+#1', '-of', 'json', clip], signal);
  if (report instanceof Error) return 'its content is of no known video format';
  const { streams = [], packets = [] } = JSON.parse(report) as { streams?: { codec_type?: string }[]; packets?: unknown[] };
  if (!streams.some((stream) => stream.codec_type === 'video')) return 'it has no video';
  return packets.length === 0 ? 'its video has no frames' : undefined;
}

async function hasFfprobe(): Promise<boolean> {
  return !((await ffprobe(['-version'], undefined)) instanceof Error);
}

/** What ffprobe prints; its own error where it fails. An interruption is thrown. */
function ffprobe(options: readonly string[], signal: AbortSignal | undefined): Promise<string | Error> {
  return new Promise((resolve, reject) => {
    execFile('ffprobe', ['-v', 'error', '-select_streams', 'v', ...options], { ...(signal ? { signal } : {}), maxBuffer: 2 ** 26 }, (error, output) => {
      if (error && signal?.aborted) reject(signal.reason as Error);
      else resolve(error ?? output);
    });
  });
}
