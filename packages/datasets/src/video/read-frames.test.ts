import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ClipSource } from '@gradalign/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { countingVideo, ffmpeg, frameOfLevel, hasFfmpeg, scratchFolder } from '../../test/prepare-videos.ts';
import { findFfmpeg } from './find-ffmpeg.ts';
import { ppmFrames } from './ppm-frames.ts';
import { probeVideo } from './probe-video.ts';
import { countFrames, readFrames, type VideoFrame } from './read-frames.ts';

const folder = scratchFolder();
const file = (name: string) => join(folder, name);

async function read(source: ClipSource, frames: readonly number[]): Promise<VideoFrame[]> {
  const all: VideoFrame[] = [];
  for await (const frame of readFrames(source, frames, { ffmpeg: findFfmpeg(), probed: await probeVideo(source.clip) })) all.push(frame);
  return all;
}

/** The number that a frame of a counting video bears in its lower right pixel, or in another corner. */
const bears = ({ data, width, height }: VideoFrame, right = true, below = true) =>
  frameOfLevel(data[((below ? height - 1 : 0) * width + (right ? width - 1 : 0)) * 3] as number);
const white = ({ data, width, height }: VideoFrame) =>
  (['upper left', 'upper right', 'lower left', 'lower right'] as const).filter(
    (_, i) => data[((i >= 2 ? height - 1 : 0) * width + (i % 2 === 1 ? width - 1 : 0)) * 3] === 255,
  );

describe.skipIf(!hasFfmpeg)('frames of real videos', () => {
  beforeAll(() => {
    countingVideo(file('count é.mov'));
    // The same pictures, marked to be shown turned; which way ffmpeg turns them is told by the white corner.
    ffmpeg('-i', file('count é.mov'), '-c', 'copy', '-metadata:s:v', 'rotate=90', file('marked.mov'));
    // 20 frames within 4 seconds at uneven times.
    ffmpeg('-i', file('count é.mov'), '-vf', "setpts='N*(1+mod(N,3))/(25*TB)/2'", '-fps_mode', 'passthrough', '-c:v', 'png', file('uneven.mkv'));
    ffmpeg('-f', 'lavfi', '-i', 'sine=d=1', '-c:a', 'aac', file('sound.mp4'));
    countingVideo(file('long.avi'), { frames: 50 });
    writeFileSync(file('cut.avi'), readFileSync(file('long.avi')).subarray(0, Math.floor(readFileSync(file('long.avi')).length * 0.6)));
    countingVideo(file('tail.mov'));
    writeFileSync(file('no index.mov'), readFileSync(file('tail.mov')).subarray(0, 2000));
    writeFileSync(file('empty.mp4'), '');
    writeFileSync(file('text.mp4'), 'this is no video\n'.repeat(100));
  });

  test('the asked ones come, each once, in order: 0, 7 and 19 of 20', async () => {
    const frames = await read({ clip: file('count é.mov') }, [0, 7, 19]);
    expect(frames.map(({ frame }) => frame)).toEqual([0, 7, 19]);
    expect(frames.map((frame) => bears(frame))).toEqual([0, 7, 19]);
    expect(frames.map(({ width, height }) => [width, height])).toEqual([
      [64, 48],
      [64, 48],
      [64, 48],
    ]);
    expect((await read({ clip: file('count é.mov') }, [0, 5, 10, 15])).map((frame) => bears(frame))).toEqual([0, 5, 10, 15]);
  });

  test('a frame is a frame at uneven times too', async () => {
    expect((await probeVideo(file('uneven.mkv'))).frames).toBe(20);
    expect((await read({ clip: file('uneven.mkv') }, [1, 2, 13])).map((frame) => bears(frame))).toEqual([1, 2, 13]);
    expect(await countFrames({ clip: file('uneven.mkv') }, { ffmpeg: findFfmpeg(), probed: await probeVideo(file('uneven.mkv')) })).toBe(20);
  });

  test('a mark in the file turns them: 64 x 48 becomes 48 x 64, and the white corner moves', async () => {
    const [frame] = await read({ clip: file('marked.mov') }, [3]);
    expect([frame?.width, frame?.height]).toEqual([48, 64]);
    expect(white(frame as VideoFrame)).toHaveLength(1);
    expect(white(frame as VideoFrame)).not.toEqual(['upper left']);
  });

  test.each([
    [90, 'upper right', [48, 64]],
    [180, 'lower right', [64, 48]],
    [270, 'lower left', [48, 64]],
  ] as const)('turned by %d degrees clockwise the white corner is %s', async (turn, corner, size) => {
    const [frame] = await read({ clip: file('count é.mov'), turn }, [2]);
    expect([frame?.width, frame?.height]).toEqual(size);
    expect(white(frame as VideoFrame)).toEqual([corner]);
  });

  test("the adapter's turn is not added to the file's own mark", async () => {
    expect(await read({ clip: file('marked.mov'), turn: 180 }, [3])).toEqual(await read({ clip: file('marked.mov') }, [3]));
  });

  test('frames beyond the end do not come', async () => {
    expect((await read({ clip: file('count é.mov') }, [18, 19, 25])).map(({ frame }) => frame)).toEqual([18, 19]);
  });

  test.each([
    ['sound.mp4', 'it has sound but no video'],
    ['empty.mp4', 'the file is empty'],
    ['text.mp4', 'it is not a readable video'],
    ['no index.mov', 'it is not a readable video (moov atom not found'],
    ['cut.avi', 'it is cut off after'],
    ['nowhere.avi', 'the file does not exist'],
  ])('%s: %s', async (name, reason) => {
    await expect(probeVideo(file(name))).rejects.toThrow(reason);
  });
});

test('pictures are put together from whatever pieces they come in', async () => {
  const picture = (width: number, height: number, value: number) =>
    Buffer.concat([Buffer.from(`P6\n${width} ${height}\n255\n`), Buffer.alloc(width * height * 3, value)]);
  const bytes = Buffer.concat([picture(5, 3, 10), picture(2, 7, 80), picture(1, 1, 53)]);
  for (const step of [1, 2, 7, 24, 1000]) {
    async function* pieces() {
      for (let at = 0; at < bytes.length; at += step) yield bytes.subarray(at, at + step);
    }
    const found = [];
    for await (const { width, height, data } of ppmFrames(pieces())) found.push([width, height, data.length, data[0]]);
    expect(found).toEqual([
      [5, 3, 45, 10],
      [2, 7, 42, 80],
      [1, 1, 3, 53],
    ]);
  }
});
