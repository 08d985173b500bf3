import type { Dataset } from '@gradalign/core';
import { holdsVideos } from '../inspect/clips.ts';
import { type Ffmpeg, findFfmpeg } from './find-ffmpeg.ts';

/** What frames of these data sets are read with; undefined where none has video files. @throws UserError that says how to install it */
export function ffmpegFor(datasets: readonly Dataset[]): Ffmpeg | undefined {
  return datasets.some(({ clipReader, samples }) => !clipReader && holdsVideos(samples)) ? findFfmpeg() : undefined;
}
