/** The detector cannot run, is closed, or failed on a picture. */
export class FaceDetectorError extends Error {
  override readonly name = 'FaceDetectorError';
  /** Whether the error concerns one picture only, so that others can still be processed. */
  readonly onePicture: boolean;
  /** `onePicture` is false by default. */
  constructor(message: string, { onePicture = false, ...options }: ErrorOptions & { readonly onePicture?: boolean } = {}) {
    super(message, options);
    this.onePicture = onePicture;
  }
}
