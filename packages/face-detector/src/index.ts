export { type BrowserFile, browserFiles } from './browser-files.ts';
export type { DetectedFace, DetectorModel, FivePoints, Picture, Point } from './detected-face.ts';
export { createFaceDetector, detectorVersion, type FaceDetector, type FaceDetectorOptions } from './face-detector.ts';
export { FaceDetectorError } from './face-detector-error.ts';
export { recordedDetector } from './recorded-detector.ts';
