import { evenlySpread } from '@gradalign/core';
import type { FrameChoice } from './frame-choice.ts';

/** The frames of a video that are scored: of those that preparation chooses so many, evenly spread; 0: all. */
export function chosenFrames(count: number, { frames, framesPerVideo }: { readonly frames: FrameChoice; readonly framesPerVideo: number }): readonly number[] {
  const all = frames.choose(count, 'test');
  return framesPerVideo === 0 ? all : evenlySpread(all.length, framesPerVideo).map((i) => all[i] as number);
}
