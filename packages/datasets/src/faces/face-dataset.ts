import type { Dataset, Sample } from '@gradalign/core';
import type { FaceAnnotation, FaceLandmarks } from '@gradalign/pixels';
import type { ClipReader } from '../video/clip-reader.ts';

/** A sample whose face may be known. */
export interface FaceSample extends Sample {
  /** In pixels of the file, where the data set's lists give them. */
  readonly landmarks?: FaceLandmarks;
}

/** A data set with what preparation needs to know of it. Every data set of core is one, without annotation and with videos as its clips. */
export interface FaceDataset extends Dataset {
  readonly samples: readonly FaceSample[];
  /** Reads the data set's own annotation of a sample's faces; absent: it has none. A broken annotation does not throw: it is reported in `problems`. */
  readonly faces?: (sample: Sample) => Promise<FaceAnnotation>;
  /** Reads clips that are not video files; absent: all of them are. */
  readonly clipReader?: ClipReader;
}
