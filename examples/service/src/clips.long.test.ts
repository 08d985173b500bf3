// Long: each clip is made by ffmpeg and read by ffprobe and ffmpeg.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gray, grayClip, half } from '../test/media.ts';
import { problem, type TestService, testService } from '../test/test-service.ts';
import { writeModel } from '../test/write-model.ts';

const folder = mkdtempSync(join(tmpdir(), 'gradalign-service-'));
let service: TestService;
beforeAll(async () => {
  service = await testService(await writeModel(folder), {
    GRADALIGN__LIMITS__PIXELS: '1000000',
    GRADALIGN__LIMITS__CLIP_SECONDS: '3',
    GRADALIGN__LIMITS__CLIP_FRAMES: '100',
  });
});
afterAll(async () => {
  await service.stop();
  rmSync(folder, { recursive: true });
});

describe('a clip', () => {
  it('that is too long, too large, cut off or without frames is refused with a reason', async () => {
    const refused = async (bytes: Uint8Array, type = 'video/mp4') => problem(await service.check(bytes, type));
    expect(await refused(grayClip(168, { seconds: 5 }))).toEqual([413, 'the clip cannot be read: it lasts 5 seconds, more than the limit of 3']);
    expect(await refused(grayClip(168, { size: '1200x1000' }))).toEqual([
      413,
      'the clip cannot be read: its frames have 1200 x 1000 pixels, more than the limit of 1 million',
    ]);
    expect(await refused(grayClip(168, { input: 'color=c=gray:s=64x48:d=2:r=60' }))).toEqual([413, 'the clip cannot be read: it has more than 100 frames']);
    const sound = grayClip(0, { input: 'sine=d=1', options: ['-c:a', 'aac', '-movflags', 'frag_keyframe+empty_moov', '-f', 'mp4'] });
    expect(await refused(sound)).toEqual([400, 'the clip cannot be read: it has sound but no video']);
    expect(await refused(half(grayClip(168, { options: ['-c:v', 'mpeg4', '-f', 'avi'] })))).toEqual([400, expect.stringContaining('the clip cannot be read')]);
    expect(await refused(Buffer.from('#EXTM3U\n#EXT-X-TARGETDURATION:1\nfile:///etc/passwd\n'))).toEqual([415, expect.stringContaining('an HLS playlist')]);
    expect(await refused(await gray(200).png().toBuffer())).toEqual([415, expect.stringContaining('a picture')]);
    expect(await refused(grayClip(168), 'image/png')).toEqual([415, expect.stringContaining('no picture that is read')]);
  });

  it.each([
    ['video/webm', ['-c:v', 'libvpx', '-f', 'webm']],
    ['video/x-matroska', ['-c:v', 'libx264', '-f', 'matroska']],
    ['video/quicktime', ['-movflags', 'frag_keyframe+empty_moov', '-f', 'mov']],
    ['video/mpeg', ['-c:v', 'mpeg2video', '-r', '25', '-f', 'mpeg']],
    ['application/octet-stream', ['-movflags', 'frag_keyframe+empty_moov', '-f', 'mp4']],
  ])('of type %s is judged', async (type, options) => {
    const { status, body } = await service.check(grayClip(168, { options }), type);
    expect([status, body]).toMatchObject([200, { kind: 'clip', decision: 'live', score: expect.closeTo(40, 0) }]);
  });
});
