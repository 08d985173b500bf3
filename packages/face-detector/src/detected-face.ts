/** In pixels of the picture; x to the right, y down. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Right and left are the person's own: in a picture that is not mirrored the right eye has the smaller x. */
export interface FivePoints {
  readonly rightEye: Point;
  readonly leftEye: Point;
  readonly nose: Point;
  readonly mouthRight: Point;
  readonly mouthLeft: Point;
}

export interface DetectedFace {
  /** In pixels of the picture, beyond which it may reach. */
  readonly box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
  readonly landmarks: FivePoints;
  /** 0..1 */
  readonly score: number;
}

/** 8-bit RGB, [height, width, 3]. */
export interface Picture {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** `ssd`: SSD MobileNet v1, the better one. `tiny`: Tiny YOLO v2 at 416 x 416, about twice as fast, misses small and turned faces. */
export type DetectorModel = 'ssd' | 'tiny';

/** What a detector's process is asked, and what it answers. */
export interface DetectorTask {
  readonly id: number;
  readonly picture: Picture;
}
export type DetectorAnswer =
  | { readonly ready: true }
  | { readonly failed: string }
  | { readonly id: number; readonly faces: readonly DetectedFace[] }
  | { readonly id: number; readonly error: string };
