// Frames of video files as preparation and prediction choose them. Needs Node and ffmpeg; loads no engine.
export { chooseScored, type FrameChoice, type FramePicture, parseFrameChoice } from '@gradalign/pixels';
export { BrokenClipError, type ClipProblem } from '../video/broken-clip-error.ts';
export { type ClipFrame, type ClipFrames, type OpenClipOptions, openClip } from '../video/clip-frames.ts';
export type { ClipReader } from '../video/clip-reader.ts';
export { type Ffmpeg, findFfmpeg } from '../video/find-ffmpeg.ts';
export type { ClipLimits } from '../video/probe-video.ts';
