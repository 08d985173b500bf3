/** A frame of a camera or a video. Whoever takes it closes its picture. */
export interface StreamFrame {
  readonly picture: ImageBitmap;
  /** Since the start. */
  readonly seconds: number;
}
