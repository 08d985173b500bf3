export {
  type DecodedImage,
  type DecodedSource,
  type DecodeOptions,
  decodeImage,
  decodeImageBytes,
  readImageFile,
} from './decode-image.ts';
export { describeReadError } from './describe-read-error.ts';
export {
  type ImageKind,
  imageEnding,
  imageEndings,
  imageKindNames,
  imageKindOf,
  videoEnding,
  whyContentIsNotRead,
  whyNotRead,
  whyVideoIsNotRead,
} from './image-kinds.ts';
export { type JpegDecoder, loadJpegDecoder } from './load-jpeg-decoder.ts';
export { loadSharp } from './load-sharp.ts';
export { startSharedPixelBudget } from './pixel-budget.ts';
export { openBounded, readBounded, UnreadableFileError } from './read-bounded.ts';
export { UnreadableImageError } from './unreadable-image.ts';
