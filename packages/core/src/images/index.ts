export type { ImageSize } from '@gradalign/pixels';
export {
  aspectTolerance,
  type ChromaSubsampling,
  composeAffine,
  cropSubsampling,
  isStretched,
  jpegRoundTrip,
  mostStretched,
  type PixelAspect,
  renderView,
  squared,
  stretchChanges,
  wholeImageShrink,
} from '@gradalign/pixels';
export {
  type DecodedImage,
  type DecodeOptions,
  decodeImage,
  decodeImageBytes,
  imageEnding,
  imageEndings,
  imageKindNames,
  imageKindOf,
  readImageFile,
  UnreadableImageError,
  videoEnding,
  whyNotRead,
  whyVideoIsNotRead,
} from '@gradalign/pixels/files';
export { deriveImage } from './derive-image.ts';
export { findAugmentations } from './find-augmentations.ts';
export { findImages } from './find-images.ts';
export { imageDecoders } from './image-decoders.ts';
export { createImageLoader, type ImageLoader, type ImageLoaderOptions } from './image-loader.ts';
export type { BrokenRequest, LoadedImages } from './image-task.ts';
export type { ImageRequest, ImageSettings } from './image-views.ts';
export type { WorkerEntry } from './worker-entry.ts';
export { workerEntry } from './worker-entry.ts';
export { createWorkerPool, type WorkerPool } from './worker-pool.ts';
