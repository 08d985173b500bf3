import { existsSync, mkdtempSync, realpathSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ouluNpuFixture } from '../../datasets/test/fixtures/oulu-npu.ts';
import { hasFfmpeg } from '../../datasets/test/fixtures/tiny-videos.ts';
import { gradalign } from './run-gradalign.ts';

describe.skipIf(!hasFfmpeg)('data inspect of raw videos', () => {
  let folder: string;
  beforeAll(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'raw é-')));
    ouluNpuFixture.write(join(folder, 'oulu'));
    renameSync(join(folder, 'oulu/Train_files/1_1_01_1.avi'), join(folder, 'oulu/Train_files/holiday.avi'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const inspect = (...args: string[]) => gradalign(folder, ['data', 'inspect', '--use', 'oulu-npu', '--root', 'oulu', ...args]);

  it('prints counts by split and class, species, subjects, what fits no rule and what is missing as JSON', async () => {
    const { status, out } = await inspect('--set', 'protocol=1', '--json', '--no-check');
    expect(status).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      clips: { train: { live: 3, attack: 16 }, dev: { live: 4, attack: 16 }, test: { live: 2, attack: 8 } },
      species: { 'print/1': 10, 'print/2': 10, 'replay/1': 10, 'replay/2': 10 },
      subjects: { train: 1, dev: 1, test: 1 },
      unmatched: ['Train_files/holiday.avi'],
      missing: ['1_1_01_1'],
      official: { train: { live: 240, attack: 960 } },
    });
  });

  it.each([
    [['--set', 'protocol=7'], "its option protocol is '7', expected one of 1, 2, 3, 4"],
    [['--set', 'protokol=1'], "it has no option 'protokol', expected one of root, protocol, fold; did you mean 'protocol'?"],
    [['--sheet', 'x.png', '--sheet-columns', 'all'], "Cannot inspect: --sheet-columns is 'all', expected a whole number from 1 to 100"],
  ])('refuses %j with exit code 2', async (args, message) => {
    expect(await inspect(...args)).toEqual({ status: 2, out: '', err: expect.stringContaining(message) });
  });

  it('draws a sheet of the middle frames of at most so many clips of each split, class and species', async () => {
    const args = ['--set', 'protocol=1', '--no-check', '--sheet', 'blatt ü.png', '--sheet-columns', '2'];
    expect(await inspect(...args)).toMatchObject({ status: 0, err: expect.stringContaining('drawing the sheet 30/30 pictures') });
    // 3 splits with live, print/1, print/2, replay/1 and replay/2.
    expect(await sharp(join(folder, 'blatt ü.png')).metadata()).toMatchObject({ width: 12 + 190 + 2 * 116 - 4 + 12, height: 12 + 15 * 116 - 4 + 12 });
  });

  it('a sheet needs ffmpeg, and says how to install it before it looks at anything; counting does not', async () => {
    const without = (...args: string[]) =>
      gradalign(folder, ['data', 'inspect', '--use', 'oulu-npu', '--root', 'oulu', '--set', 'protocol=1', ...args], { env: { PATH: join(folder, 'nothing') } });
    expect(await without('--sheet', 'none.png')).toMatchObject({
      status: 1,
      out: '',
      err: expect.stringContaining('there is no ffprobe on the PATH, expected ffmpeg and ffprobe: apt-get install ffmpeg'),
    });
    expect(existsSync(join(folder, 'none.png'))).toBe(false);
    expect(await without()).toMatchObject({ status: 0, out: expect.stringContaining('oulu-npu: ') });
  });
});
