import type { Sample } from '@gradalign/core';
import type { FramePicture } from '@gradalign/pixels';

/**
 * Reads frames of clips that are not video files, such as HDF5. Errors it throws concern one clip: their `reason`, where they have one, else their
 * message, is reported beside the clip's name.
 */
export interface ClipReader {
  /** Number of frames in the clip. */
  count(sample: Sample): Promise<number>;
  /** The frames with these numbers, from 0, in ascending order. */
  read(sample: Sample, frames: readonly number[]): AsyncIterable<FramePicture & { readonly frame: number }>;
}
