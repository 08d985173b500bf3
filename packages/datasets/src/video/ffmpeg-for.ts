import type { Dataset } from '@gradalign/core';
import type { ClipReader } from './clip-reader.ts';
import { type Ffmpeg, findFfmpeg } from './find-ffmpeg.ts';
import { holdsVideos } from './holds-videos.ts';

/**
 * The system's ffmpeg, where frames of any of these data sets have to be read with it; undefined where none of them has video files.
 *
 * @throws UserError that says how to install ffmpeg, where it is needed and missing
 */
export function ffmpegFor(datasets: readonly (Dataset & { readonly clipReader?: ClipReader })[]): Ffmpeg | undefined {
  return datasets.some(({ clipReader, samples }) => !clipReader && holdsVideos(samples)) ? findFfmpeg() : undefined;
}
