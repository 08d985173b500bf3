import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { scratchFolder } from '../../test/prepare-videos.ts';
import { readUserVideos } from './user-videos.ts';

const folder = scratchFolder();
function videos(name: string, files: readonly string[]): string {
  for (const file of files) {
    mkdirSync(dirname(join(folder, name, file)), { recursive: true });
    writeFileSync(join(folder, name, file), '');
  }
  return join(folder, name);
}

const told = async (root: string, options = {}) =>
  (await readUserVideos(root, options)).map(({ domain, dataset }) => [
    domain,
    ...dataset.samples.map(({ id, label, split, species, subject }) => [id, label, split, species, subject].join(' ')),
  ]);

test('folders tell split, label and species; the name tells the subject', async () => {
  const root = videos('gym', ['train/live/anna_1.mp4', 'Train/Spoof/replay/ipad/anna_2.MOV', 'test/bona-fide/x/björn.mkv', 'test/live/notes.txt']);
  expect(await told(root)).toEqual([
    ['gym', 'Train/Spoof/replay/ipad/anna_2.MOV 0 train replay/ipad anna', 'test/bona-fide/x/björn.mkv 1 test  ', 'train/live/anna_1.mp4 1 train  anna'],
  ]);
  const [{ dataset }] = (await readUserVideos(root)) as [Awaited<ReturnType<typeof readUserVideos>>[number]];
  expect(dataset.notes).toEqual({ unmatched: ['test/live/notes.txt'], leftOut: [] });
});

test('folders before the split are domains; the label may stand before the split', async () => {
  const root = videos('two', ['door/train/live/a_1.mp4', 'phone/live/train/b_1.mp4']);
  expect((await told(root)).map(([domain]) => domain)).toEqual(['door', 'phone']);
  expect((await told(root, { domain: 'all' })).map(([domain, ...rest]) => [domain, rest.length])).toEqual([['all', 2]]);
});

test('where nothing tells it, it says so; --label and --split say it for those alone', async () => {
  const root = videos('flat', ['a.mp4', 'attack/b.mp4', 'train/c.mp4']);
  await expect(told(root)).rejects.toThrow('Cannot determine the label of 2 of 3 videos in');
  await expect(told(root)).rejects.toThrow(
    'no folder in their path says it (a.mp4, train/c.mp4), expected folders named live or attack, or --label live or --label attack for all of them',
  );
  await expect(told(root, { label: 'live' })).rejects.toThrow('Cannot determine the split of 2 of 3');
  expect(await told(root, { label: 'live', split: 'test' })).toEqual([['flat', 'a.mp4 1 test  ', 'attack/b.mp4 0 test  ', 'train/c.mp4 1 train  ']]);
});

test('no folder, no files, no videos: each is said', async () => {
  await expect(told(join(folder, 'nowhere'))).rejects.toThrow('there is no such folder');
  mkdirSync(join(folder, 'void'));
  await expect(told(join(folder, 'void'))).rejects.toThrow('it holds no files');
  await expect(told(videos('pictures', ['train/live/a.jpg']))).rejects.toThrow(
    'none of them a video, expected videos; its images are prepared with gradalign data prepare --use image-folder --root',
  );
});

test('<device>/{live,print,replay} needs no options: the device is the domain, the folder the species, all is train, and that is said', async () => {
  const root = videos('devices', [
    'phone/live/anna_1.mp4',
    'phone/print/anna_2.mp4',
    'webcam/Replay/ipad/bert_1.mp4',
    'webcam/live/photo.heic',
    'webcam/live/a.jpg',
  ]);
  expect(await told(root)).toEqual([
    ['phone', 'phone/live/anna_1.mp4 1 train  anna', 'phone/print/anna_2.mp4 0 train print anna'],
    ['webcam', 'webcam/Replay/ipad/bert_1.mp4 0 train replay/ipad bert'],
  ]);
  const [first] = await readUserVideos(root);
  expect(first?.dataset.notes?.advice).toEqual([expect.stringContaining('all videos are train; --split sets another')]);
  expect(first?.dataset.notes?.leftOut?.map(({ kind, what }) => [kind, what])).toEqual([
    ['kind', 'webcam/live/a.jpg'],
    ['kind', 'webcam/live/photo.heic'],
  ]);
});

test('images in the same layout: the commands that prepare them are named, one for each device', async () => {
  const root = videos('device pictures', ['phone/live/1.jpg', 'phone/print/2.jpg', 'webcam/live/3.png']);
  await expect(told(root)).rejects.toThrow(`--use image-folder --root ${JSON.stringify(join(root, 'phone'))} --domain "phone" --out <folder> and gradalign`);
});

test('links that lead out of the folder are told by name, and followed only where that is asked for', async () => {
  const base = join(folder, 'links');
  mkdirSync(join(base, 'mine', 'train', 'live'), { recursive: true });
  mkdirSync(join(base, 'elsewhere'));
  writeFileSync(join(base, 'elsewhere', 'b_1.mp4'), '');
  writeFileSync(join(base, 'mine', 'train', 'live', 'a_1.mp4'), '');
  symlinkSync(join(base, 'elsewhere'), join(base, 'mine', 'train', 'live', 'more'));
  symlinkSync(join(base, 'elsewhere', 'b_1.mp4'), join(base, 'mine', 'train', 'live', 'c_1.mp4'));
  const read = async (links?: 'follow') => (await readUserVideos(join(base, 'mine'), links ? { links } : {}))[0]?.dataset;
  const confined = await read();
  expect(confined?.samples.map(({ id }) => id)).toEqual(['train/live/a_1.mp4']);
  expect(confined?.notes?.problems).toEqual([
    'train/live/c_1.mp4 is a link that leads outside the root: not followed',
    'train/live/more is a link that leads outside the root: not followed',
  ]);
  expect((await read('follow'))?.samples.map(({ id }) => id)).toEqual(['train/live/a_1.mp4', 'train/live/c_1.mp4', 'train/live/more/b_1.mp4']);
});

test('videos of kinds that are not read are left out with what to do; ASF, VOB and 3G2 are videos as others are', async () => {
  const root = videos('kinds', [
    'train/live/a.h264',
    'train/live/b.ASF',
    'train/live/c.vob',
    'train/attack/d.3g2',
    'train/attack/e.mxf',
    'train/live/list.m3u8',
  ]);
  expect((await told(root))[0]).toHaveLength(4);
  const [{ dataset }] = (await readUserVideos(root)) as [Awaited<ReturnType<typeof readUserVideos>>[number]];
  expect(dataset.notes?.leftOut?.map(({ what, kind, unit }) => [what, kind, unit])).toEqual([
    ['train/attack/e.mxf', 'kind', 'clip'],
    ['train/live/a.h264', 'kind', 'clip'],
    ['train/live/list.m3u8', 'kind', 'clip'],
  ]);
  await expect(told(videos('raw', ['train/live/a.h264']))).rejects.toThrow(
    'it holds 1 files, none of them a video that is read (train/live/a.h264: it is a video without a container, which is not read: put it into one (ffmpeg',
  );
});
