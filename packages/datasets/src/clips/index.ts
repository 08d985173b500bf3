// Frames of video files as preparation and prediction choose them. Needs Node and ffmpeg; loads no engine.
export { chosenFrames } from '../prepare/chosen-frames.ts';
export { type FrameChoice, parseFrameChoice } from '../prepare/frame-choice.ts';
export { BrokenClipError, type ClipProblem } from '../video/broken-clip-error.ts';
export { type ClipFrame, type ClipFrames, type OpenClipOptions, openClip } from '../video/clip-frames.ts';
export type { ClipReader } from '../video/clip-reader.ts';
export { type Ffmpeg, findFfmpeg } from '../video/find-ffmpeg.ts';
export type { FramePicture } from '../video/frame-picture.ts';
export type { ClipLimits } from '../video/probe-video.ts';
