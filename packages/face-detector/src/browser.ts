export type { DetectedFace, DetectorModel, FivePoints, Picture, Point } from './detected-face.ts';
export type { FaceDetector } from './face-detector.ts';
export { FaceDetectorError } from './face-detector-error.ts';
export { type BrowserFaceDetectorOptions, loadBrowserFaceDetector } from './load-browser-face-detector.ts';
export { recordedDetector } from './recorded-detector.ts';
