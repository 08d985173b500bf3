import type { Rectangle } from '../contracts/rectangle.ts';

/** In pixels of the upright image. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Right and left are the person's own: in an image that is not mirrored the right eye has the smaller x. */
export interface FaceLandmarks {
  readonly rightEye: Point;
  readonly leftEye: Point;
  readonly nose?: Point;
  /** The corners of the mouth. */
  readonly mouthRight?: Point;
  readonly mouthLeft?: Point;
}

/** Where a face is in an image: a box, landmarks or both. */
export interface Face {
  readonly box?: Rectangle;
  readonly landmarks?: FaceLandmarks;
  /** Confidence of the detector, 0..1. */
  readonly score?: number;
}

/** What a data set's own annotation says about one clip or image. */
export interface FaceAnnotation {
  /** Faces by frame number, from 0; an image is frame 0. A frame without an entry has no annotated face. */
  readonly frames: ReadonlyMap<number, Face>;
  /** Size of the image that the coordinates refer to; absent: the clip's own. */
  readonly size?: { readonly width: number; readonly height: number };
  /** What is wrong with the annotation file: `the file is empty`, `line 12: 3 numbers, expected 5`. */
  readonly problems: readonly string[];
}
