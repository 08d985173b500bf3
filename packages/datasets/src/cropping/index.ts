export type { Face, FaceLandmarks, Point } from '../faces/face.ts';
export type { CropConvention } from '../prepare/crop-convention.ts';
export { cropMap } from '../prepare/crop-map.ts';
export { boxFromEyes, type FaceFinder, type FaceSearch, findFace } from '../prepare/find-face.ts';
export { chooseScored, type FrameChoice, parseFrameChoice } from '../prepare/frame-choice.ts';
export type { FramePicture } from '../video/frame-picture.ts';
