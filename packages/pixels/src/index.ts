export { cannot, UserError } from './contracts/errors.ts';
export {
  type AffineMap,
  type Augmentation,
  type ColorMap,
  type ErasedPart,
  type Interpolation,
  interpolations,
  type PixelImage,
} from './contracts/pixel-image.ts';
export { createRandom, type Random } from './contracts/random.ts';
export type { Rectangle } from './contracts/rectangle.ts';
export type { CropConvention } from './cropping/crop-convention.ts';
export { cropMap } from './cropping/crop-map.ts';
export type { Face, FaceAnnotation, FaceLandmarks, Point } from './cropping/face.ts';
export {
  boxFromEyes,
  type FaceFinder,
  type FaceMode,
  type FaceSearch,
  type FaceSearchOptions,
  type FoundFace,
  faceModes,
  findFace,
} from './cropping/find-face.ts';
export { chooseScored, type FrameChoice, parseFrameChoice, type Split } from './cropping/frame-choice.ts';
export type { FramePicture } from './cropping/frame-picture.ts';
export { composeAffine, forSourceSize, type ImageSize, invertAffine, mirrors, wholeImage } from './view/affine-map.ts';
export type { FlatColorMap } from './view/color-map.ts';
export { cutImage } from './view/cut-image.ts';
export { type DirectoryEntry, directoryEntries } from './view/directory-entries.ts';
export { evenlySpread } from './view/evenly-spread.ts';
export { createImagePyramid, type ImagePyramid } from './view/image-pyramid.ts';
export { type ChromaSubsampling, cropSubsampling, jpegRoundTrip } from './view/jpeg-round-trip.ts';
export { pixelAspectOf } from './view/pixel-aspect.ts';
export { type InputShape, renderInput } from './view/render-input.ts';
export { renderPlan } from './view/render-plan.ts';
export { renderView } from './view/render-view.ts';
export { cubic, type ResamplingFilter, resample } from './view/resample.ts';
export type { Normalization } from './view/sample-affine.ts';
export { shrinkFor, wholeImageShrink } from './view/shrink-for.ts';
export { aspectTolerance, isStretched, mostStretched, type PixelAspect, squared, stretchChanges } from './view/square-pixels.ts';
export { type DrawnAugmentation, planView, type ViewPass, type ViewPlan, type ViewSettings } from './view/view-plan.ts';
export { withChannels } from './view/with-channels.ts';
