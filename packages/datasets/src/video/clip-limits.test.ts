import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { countingVideo, hasFfmpeg, scratchFolder } from '../../test/prepare-videos.ts';
import { BrokenClipError } from './broken-clip-error.ts';
import { openClip } from './clip-frames.ts';
import { findFfmpeg } from './find-ffmpeg.ts';

const clip = join(scratchFolder(), 'clip.mp4');

describe.skipIf(!hasFfmpeg)('limits of a clip', () => {
  beforeAll(() => countingVideo(clip, { frames: 25 }));

  const open = (limits: { readonly pixels?: number; readonly seconds?: number; readonly packets?: number }, path = clip) =>
    openClip(
      { samples: [{ id: 'a', image: { clip: path }, label: 0, split: 'test' }] },
      { ffmpeg: findFfmpeg, limits: { pixels: 1e6, seconds: 10, packets: 100, ...limits }, onProblem: () => {} },
    ).then(
      ({ count }) => count,
      (error: unknown) => (error instanceof BrokenClipError ? [error.problem, error.message] : error),
    );

  it('25 frames pass limits that they keep, and are refused by each that they do not', async () => {
    expect(await open({})).toBe(25);
    expect(await open({ packets: 25 })).toBe(25);
    expect(await open({ packets: 24 })).toEqual(['limit', 'it has more than 24 frames']);
    expect(await open({ seconds: 0.5 })).toEqual(['limit', expect.stringMatching(/^it lasts \d+ seconds, more than the limit of 0.5$/)]);
    expect(await open({ pixels: 1000 })).toEqual(['limit', expect.stringMatching(/^its frames have \d+ x \d+ pixels, more than the limit of 0.001 million$/)]);
  });

  it('content that is no video is told apart from a video that is damaged', async () => {
    expect(await open({}, import.meta.filename)).toEqual(['type', expect.stringContaining('its content is of no container that is read')]);
    expect(await open({}, `${clip}.none`)).toEqual(['other', 'the file does not exist']);
  });
});
