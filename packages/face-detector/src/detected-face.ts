/** A point in pixels of the picture, x to the right and y down; rounded to hundredths. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Five landmarks of a face. Right and left are the person's own: in a picture that is not mirrored, the right eye has the smaller x. */
export interface FivePoints {
  /** Mean of the six points around the eye. */
  readonly rightEye: Point;
  /** Mean of the six points around the eye. */
  readonly leftEye: Point;
  /** Its tip. */
  readonly nose: Point;
  /** Corner of the mouth. */
  readonly mouthRight: Point;
  /** Corner of the mouth. */
  readonly mouthLeft: Point;
}

/** A face that was found in a picture. Plain data. */
export interface DetectedFace {
  /** In pixels, rounded to hundredths; x and y are the upper left corner. May reach beyond the picture. */
  readonly box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
  readonly landmarks: FivePoints;
  /** Confidence of the detector, 0..1, rounded to four decimals. */
  readonly score: number;
}

/** A decoded picture. */
export interface Picture {
  /** 8-bit RGB, [height, width, 3]. */
  readonly data: Uint8Array;
  /** In pixels, from 1. */
  readonly width: number;
  /** In pixels, from 1. */
  readonly height: number;
}

/** `ssd`: SSD MobileNet v1, the more accurate one. `tiny`: Tiny YOLO v2 at 416 x 416, about twice as fast, misses small and turned faces. */
export type DetectorModel = 'ssd' | 'tiny';

/** Request to a detector process. */
export interface DetectorTask {
  readonly id: number;
  readonly picture: Picture;
}

/** Answer of a detector process: once whether it has loaded, then one for each task. */
export type DetectorAnswer =
  | { readonly ready: true }
  | { readonly failed: string }
  | { readonly id: number; readonly faces: readonly DetectedFace[] }
  | { readonly id: number; readonly error: string };
