/** 8-bit RGB, [height, width, 3], upright. */
export interface FramePicture {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}
