import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ClipSource } from '@gradalign/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { countingVideo, ffmpeg, frameOfLevel, hasFfmpeg, scratchFolder } from '../../test/prepare-videos.ts';
import { findFfmpeg } from './find-ffmpeg.ts';
import { ppmFrames } from './ppm-frames.ts';
import { probeVideo } from './probe-video.ts';
import { countFrames, type ReadFramesOptions, readFrames, type VideoFrame } from './read-frames.ts';

const folder = scratchFolder();
const file = (name: string) => join(folder, name);

async function read(source: ClipSource, frames: readonly number[], more: Partial<ReadFramesOptions> = {}): Promise<VideoFrame[]> {
  const all: VideoFrame[] = [];
  for await (const frame of readFrames(source, frames, { ffmpeg: findFfmpeg(), probed: await probeVideo(source.clip), ...more })) all.push(frame);
  return all;
}

/** Parts of counting videos, joined into one clip. Frames of later parts bear the numbers that follow. */
function joined(name: string, parts: readonly { readonly size: string; readonly frames: number }[]): string {
  let first = 0;
  const bytes = parts.map(({ size, frames }, i) => {
    const level = `10+4*(N+${first})`;
    const picture = `color=black:s=${size}:r=25:d=${frames / 25},format=yuv444p,geq=lum='16+(${level})*219/255':cb=128:cr=128`;
    ffmpeg('-f', 'lavfi', '-i', picture, '-frames:v', String(frames), '-c:v', 'libx264', '-qp', '0', '-g', '4', '-f', 'mpegts', file(`part ${i}.ts`));
    first += frames;
    return readFileSync(file(`part ${i}.ts`));
  });
  writeFileSync(file(name), Buffer.concat(bytes));
  return file(name);
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

  test('a size that changes at frame 6 and again at 14 changes no number, and each frame has its own size', async () => {
    const clip = joined('changing.ts', [
      { size: '64x48', frames: 6 },
      { size: '48x64', frames: 8 },
      { size: '128x96', frames: 4 },
    ]);
    const problems: string[] = [];
    let count = 0;
    const onCount = (frames: number) => {
      count = frames;
    };
    const frames = await read({ clip }, [0, 5, 10, 15], { onProblem: (problem) => problems.push(problem), onCount });
    expect(frames.map(({ frame, width, height }) => [frame, width, height])).toEqual([
      [0, 64, 48],
      [5, 64, 48],
      [10, 48, 64],
      [15, 128, 96],
    ]);
    expect(frames.map((frame) => bears(frame))).toEqual(frames.map(({ frame }) => frame));
    expect(problems).toEqual(['its size changes from 64 x 48 to 48 x 64 at frame 6', 'its size changes from 48 x 64 to 128 x 96 at frame 14']);
    expect(count).toBe(18);
    // Turned, each has its sides exchanged.
    expect((await read({ clip, turn: 90 }, [7])).map(({ width, height }) => [width, height])).toEqual([[64, 48]]);
    // Where all wanted frames come before the change, nothing is read again.
    expect((await read({ clip }, [1, 2])).map((frame) => bears(frame))).toEqual([1, 2]);
  });

  test('frames that an edit list hides are not counted: a clip of 20, trimmed to 8 from frame 5 on, has frames 0 to 7', async () => {
    ffmpeg(
      '-f',
      'lavfi',
      '-i',
      'color=black:s=64x48:r=25:d=0.8,format=yuv444p',
      '-vf',
      "geq=lum='16+(10+4*N)*219/255':cb=128:cr=128",
      '-c:v',
      'libx264',
      '-qp',
      '0',
      '-bf',
      '2',
      '-g',
      '5',
      file('whole.mp4'),
    );
    ffmpeg('-ss', '0.24', '-i', file('whole.mp4'), '-t', '0.32', '-c', 'copy', file('trimmed.mp4'));
    const probed = await probeVideo(file('trimmed.mp4'));
    const all = await read(
      { clip: file('trimmed.mp4') },
      Array.from({ length: 20 }, (_, i) => i),
    );
    expect(all[0] && bears(all[0])).toBe(6);
    expect(all.map((frame) => bears(frame))).toEqual(all.map((_, i) => 6 + i));
    expect(all.length).toBeLessThan(14);
    expect(probed.frames).toBe(all.length);
  });

  test('pixels that are 4:3 become square, 64 x 48 to 85 x 48, or stay where that is asked for; both are told', async () => {
    ffmpeg('-i', file('count é.mov'), '-vf', 'setsar=4/3', '-c:v', 'libx264', '-qp', '0', file('wide.mp4'));
    const [square] = await read({ clip: file('wide.mp4') }, [3]);
    expect([square?.width, square?.height, square?.stored, square?.changes]).toEqual([
      85,
      48,
      { width: 64, height: 48 },
      expect.arrayContaining(['pixels 1.333 times as wide as high made square']),
    ]);
    const [kept] = await read({ clip: file('wide.mp4') }, [3], { pixelAspect: 'keep' });
    expect([kept?.width, kept?.height, kept?.changes[0]]).toEqual([64, 48, 'pixels 1.333 times as wide as high kept so']);
    // Turned, they are higher than wide.
    const [turned] = await read({ clip: file('wide.mp4'), turn: 90 }, [3]);
    expect([turned?.width, turned?.height]).toEqual([48, 85]);
  });

  test('what a header or the data set turns is told', async () => {
    const [marked] = await read({ clip: file('marked.mov'), turn: 180 }, [3]);
    expect(marked?.changes).toEqual([expect.stringMatching(/^turned (90|270) degrees \(rotation in the header\)$/)]);
    expect((await read({ clip: file('count é.mov'), turn: 180 }, [3]))[0]?.changes).toEqual(["turned 180 degrees (the data set's rule)"]);
    expect((await read({ clip: file('count é.mov') }, [3]))[0]?.changes).toEqual([]);
  });

  test('an AVI whose header counts chunks without pictures is whole: 10 frames of 20 promised', async () => {
    countingVideo(file('ten.avi'), { frames: 10 });
    const bytes = readFileSync(file('ten.avi'));
    // dwTotalFrames of the main header, dwLength of the stream's.
    bytes.writeUInt32LE(20, bytes.indexOf('avih') + 8 + 16);
    bytes.writeUInt32LE(20, bytes.indexOf('strh') + 8 + 32);
    writeFileSync(file('dropped.avi'), bytes);
    expect((await read({ clip: file('dropped.avi') }, [0, 9, 10])).map((frame) => bears(frame))).toEqual([0, 9]);
  });

  test.each([
    ['#EXTM3U\n#EXTINF:1,\n/etc/hostname\n', 'an HLS playlist, which names other files'],
    ["ffconcat version 1.0\nfile '/etc/hostname'\n", 'a concat list, which names other files'],
    ['<?xml version="1.0"?>\n<MPD xmlns="urn:mpeg:dash:schema:mpd:2011"/>', 'a DASH manifest, which names other files'],
    ['<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>', 'an SVG drawing'],
    ['version https://git-lfs.github.com/spec/v1\noid sha256:0\n', 'a pointer of git-lfs'],
    ['\x89PNG\r\n', 'a picture'],
  ])('%j under the name of a video is refused before ffmpeg sees it', async (content, what) => {
    writeFileSync(file('list.mp4'), Buffer.from(content, 'latin1'));
    await expect(probeVideo(file('list.mp4'))).rejects.toThrow(`it is not a readable video (its content is ${what}`);
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
