import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasFfmpeg, tinyVideo } from '../../test/fixtures/tiny-videos.ts';
import { isCutOff, readVideoHeader } from './video-header.ts';

describe.skipIf(!hasFfmpeg)('video header', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'header '));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const ffmpeg = (name: string, ...options: string[]): string => {
    execFileSync('ffmpeg', ['-v', 'error', '-i', tinyVideo('mp4'), '-c', 'copy', ...options, join(folder, name)]);
    return join(folder, name);
  };
  const withMatrix = (a: number, b: number): string => {
    const bytes = Buffer.from(readFileSync(tinyVideo('mp4')));
    const matrix = bytes.indexOf('tkhd') + 4 + 40;
    for (const [i, value] of [a, b, 0, -b, a].entries()) bytes.writeInt32BE(value * 65536, matrix + 4 * i);
    writeFileSync(join(folder, 'turned.mp4'), bytes);
    return join(folder, 'turned.mp4');
  };
  const cut = (kind: string, share: number): string => {
    const bytes = readFileSync(tinyVideo(kind));
    writeFileSync(join(folder, `cut.${kind}`), bytes.subarray(0, Math.floor(bytes.length * share)));
    return join(folder, `cut.${kind}`);
  };

  it('tells the size of QuickTime, MP4 and AVI', async () => {
    for (const kind of ['mov', 'mp4', 'avi']) expect(await readVideoHeader(tinyVideo(kind)), kind).toEqual({ width: 64, height: 48, turn: 0 });
  });

  it("tells the file's own turn, and the size after it", async () => {
    // (a, b) of the display matrix, and degrees clockwise: what ffmpeg shows of such files agrees.
    for (const [a, b, turn] of [
      [1, 0, 0],
      [0, 1, 90],
      [-1, 0, 180],
      [0, -1, 270],
    ] as const) {
      const size = turn % 180 === 0 ? { width: 64, height: 48 } : { width: 48, height: 64 };
      expect(await readVideoHeader(withMatrix(a, b))).toEqual({ ...size, turn });
    }
  });

  it('finds the index at the front too', async () => {
    expect(await readVideoHeader(ffmpeg('front.mp4', '-movflags', 'faststart'))).toEqual({ width: 64, height: 48, turn: 0 });
    expect(await isCutOff(join(folder, 'front.mp4'))).toBe(false);
  });

  it('knows a file that was cut off, whole ones and ones of another kind', async () => {
    for (const kind of ['mov', 'mp4', 'avi']) {
      expect(await isCutOff(tinyVideo(kind)), kind).toBe(false);
      expect(await isCutOff(cut(kind, 0.5)), kind).toBe(true);
      expect(await isCutOff(cut(kind, 0.98)), kind).toBe(true);
    }
    writeFileSync(join(folder, 'text.mp4'), 'this is no video, but long enough to look like one');
    expect([await isCutOff(join(folder, 'text.mp4')), await readVideoHeader(join(folder, 'text.mp4'))]).toEqual([false, undefined]);
    writeFileSync(join(folder, 'empty.mp4'), '');
    expect([await isCutOff(join(folder, 'empty.mp4')), await readVideoHeader(join(folder, 'empty.mp4'))]).toEqual([false, undefined]);
    expect(await readVideoHeader(join(folder, 'nowhere.mp4'))).toBeUndefined();
  });
});
