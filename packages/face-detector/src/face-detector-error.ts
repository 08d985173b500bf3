/** The detector cannot run, or its process ended twice on one picture. The message says what to do. */
export class FaceDetectorError extends Error {
  override readonly name = 'FaceDetectorError';
  /** One picture alone is to blame: others can be looked at. */
  readonly onePicture: boolean;
  constructor(message: string, { onePicture = false, ...options }: ErrorOptions & { readonly onePicture?: boolean } = {}) {
    super(message, options);
    this.onePicture = onePicture;
  }
}
