import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Sample } from '@gradalign/core';
import type { Face, FaceAnnotation } from '@gradalign/pixels';
import { afterAll } from 'vitest';
import { attackOrLive } from '../src/faces/attack-or-live.ts';
import type { FaceDataset } from '../src/faces/face-dataset.ts';

export { hasFfmpeg } from './fixtures/tiny-videos.ts';

/** A folder that goes away after the file's tests; its name is not ASCII and has a space. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'gradalign prepare é-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function ffmpeg(...args: string[]): void {
  const { status, stderr } = spawnSync('ffmpeg', ['-nostdin', '-v', 'error', '-y', ...args], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`ffmpeg ${args.join(' ')}: ${stderr}`);
}

/**
 * A lossless video of 64 x 48 whose frame n is gray of level 10 + 4 n, but for its upper left quarter, which is white. 20 frames, or as many as are asked.
 * `level` tells the frame from a pixel of the lower right.
 */
export function countingVideo(path: string, { frames = 20, more = [] as readonly string[] } = {}): void {
  mkdirSync(dirname(path), { recursive: true });
  const picture = `color=black:s=64x48:r=25:d=${frames / 25},format=gbrp,geq=r='${level}':g='${level}':b='${level}'`;
  ffmpeg('-f', 'lavfi', '-i', picture, '-frames:v', String(frames), '-c:v', 'png', ...more, path);
}
const level = 'if(lt(X,32)*lt(Y,24),255,10+4*N)';

/** Clips that cannot be prepared: `cut.avi` (cut off), `no bytes.mp4`, `sound.mp4` (sound alone), `no frames.avi` (a header of a video stream, no packets). */
export function writeBrokenVideos(folder: string): void {
  const file = (name: string) => join(folder, name);
  countingVideo(file('cut.avi'), { frames: 40 });
  truncateSync(file('cut.avi'), 6000);
  writeFileSync(file('no bytes.mp4'), '');
  ffmpeg('-f', 'lavfi', '-i', 'sine=d=0.2', '-c:a', 'aac', file('sound.mp4'));
  ffmpeg('-f', 'lavfi', '-i', 'testsrc=s=64x48:d=1', '-t', '0', '-c:v', 'mpeg4', file('no frames.avi'));
}

export function frameOfLevel(value: number): number {
  // Never -0.
  return Math.round((value - 10) / 4) + 0;
}

/** A data set of clips, as a raw adapter gives it. */
export function clipDataset(
  clips: readonly (Partial<Sample> & { readonly id: string; readonly clip: string; readonly turn?: 90 | 180 | 270; readonly firstFrames?: number })[],
  faces?: (sample: Sample) => FaceAnnotation,
): FaceDataset {
  const samples = clips.map(
    ({ clip, turn, firstFrames, ...rest }): Sample => ({
      image: { clip, ...(turn ? { turn } : {}), ...(firstFrames ? { firstFrames } : {}) },
      label: 1,
      split: 'train',
      video: rest.id,
      ...rest,
    }),
  );
  return { classes: attackOrLive, samples, ...(faces && { faces: async (sample) => faces(sample) }) };
}

/** The same face in every frame. */
export function everyFrame(face: Face, more: Partial<FaceAnnotation> = {}): FaceAnnotation {
  return { frames: new Map(Array.from({ length: 100 }, (_, i) => [i, face])), problems: [], ...more };
}
