export type { FaceJudgment, JudgmentMeasure } from './judgment.ts';
export { type Liveness, type LivenessOptions, loadLiveness } from './load-liveness.ts';
export type { OnnxRuntime, OnnxSession } from './onnx-model.ts';
export type { Drawable, Picture, PictureReading, RawPicture } from './picture.ts';
export { defaultLimits, type PictureLimits } from './picture-limits.ts';
export type { SelfTest } from './self-test.ts';
export type { StreamJudgment, Watching, WatchOptions } from './watch-frames.ts';
