import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { lockFolder } from '@gradalign/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { countingVideo, hasFfmpeg, scratchFolder, writeBrokenVideos } from '../../datasets/test/prepare-videos.ts';
import { gradalign, gradalignProcess } from './run-gradalign.ts';

const folder = scratchFolder();
/** The whole frame counts as the face, so no detector runs. */
const options = ['--label', 'live', '--split', 'train', '--faces', 'none', '--size', '16', '--frames', 'even=2'];

const prepareArguments = (videos: string, out: string) => ['data', 'prepare', videos, '--out', out, ...options];
const prepare = (videos: string, out: string) => gradalign(folder, prepareArguments(videos, out));

describe.skipIf(!hasFfmpeg)('gradalign data prepare of broken videos', () => {
  beforeAll(() => {
    mkdirSync(join(folder, 'whole'));
    countingVideo(join(folder, 'videos/good.mov'));
    for (const name of ['one.mov', 'two.mov']) copyFileSync(join(folder, 'videos/good.mov'), join(folder, 'whole', name));
    writeBrokenVideos(join(folder, 'videos'));
  });

  test('the good one is prepared; one cut off, empty, without video or without frames is listed with a reason; exit code 1, no stack trace', async () => {
    const { status, out, err } = await prepare('videos', 'crops');
    const said = out + err;
    expect(status).toBe(1);
    for (const [name, reason] of [
      ['cut.avi', /it is cut off/],
      ['no bytes.mp4', /the file is empty/],
      ['sound.mp4', /it has sound but no video/],
      ['no frames.avi', /it has no (frames|video)/],
    ] as const) {
      expect(
        said.split('\n').find((line) => line.includes(name) && reason.test(line)),
        `${name} in ${said}`,
      ).toBeDefined();
    }
    expect(said).not.toMatch(/^\s+at .*:\d+:\d+/m);
    const crops = readdirSync(join(folder, 'crops'), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.jpg'));
    expect(crops).toHaveLength(2);
    expect(crops.every((name) => name.includes('good'))).toBe(true);
    expect(await gradalign(folder, ['data', 'verify', 'crops'])).toMatchObject({ status: 0 });
  });

  test('a folder that another process prepares in is refused with the id of that process, and nothing is written', () => {
    const out = join(folder, 'taken');
    mkdirSync(out);
    using _ = lockFolder(out, 'prepare data');
    const { status, err } = gradalignProcess(folder, prepareArguments('whole', 'taken'));
    expect(status).toBe(1);
    expect(err).toMatch(/^Cannot prepare data .*: process \d+ on .* is running in it, expected/m);
    expect(err).toContain(`process ${process.pid} on ${hostname()}`);
    expect(readdirSync(out).filter((name) => name === 'manifest.csv')).toEqual([]);
  });

  test('a full disk is reported and ends with 1; with room again the command continues, and every file is complete', async ({ skip }) => {
    const disk = join(folder, 'disk');
    mkdirSync(disk);
    if (process.platform !== 'linux' || spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=16k', 'tmpfs', disk]).status !== 0)
      skip('a small file system can be mounted by root alone');
    try {
      const { status, err } = await prepare('whole', 'disk/crops');
      expect(status).toBe(1);
      expect(err).toMatch(/^Cannot write .*: the disk is full, expected room on the disk/m);
      expect(err).not.toMatch(/^\s+at .*:\d+:\d+/m);
      expect(spawnSync('mount', ['-o', 'remount,size=8m', disk]).status).toBe(0);
      expect(await prepare('whole', 'disk/crops')).toMatchObject({ status: 0 });
      const verified = await gradalign(folder, ['data', 'verify', 'disk/crops', '--json']);
      expect(verified.status).toBe(0);
      expect(JSON.parse(verified.out)).toMatchObject({ crops: 4, intact: 4 });
    } finally {
      spawnSync('umount', [disk]);
    }
  });
});
