import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Dataset } from '@gradalign/core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { datasetConformance, openDataset } from '../../../test/dataset-conformance.ts';
import { msuMfsdFixture } from '../../../test/fixtures/msu-mfsd.ts';
import { hasFfmpeg, writeTree } from '../../../test/fixtures/tiny-videos.ts';
import type { FaceDataset } from '../../faces/face-dataset.ts';
import { msuMfsd } from './msu-mfsd.ts';

describe.skipIf(!hasFfmpeg)('msu-mfsd', () => {
  datasetConformance(msuMfsd, msuMfsdFixture);
});

describe.skipIf(!hasFfmpeg)('msu-mfsd, its own', () => {
  let base: string;
  let root: string;
  let count = 0;
  beforeAll(() => {
    base = mkdtempSync(join(tmpdir(), 'msu '));
  });
  afterAll(() => rmSync(base, { recursive: true, force: true }));
  beforeEach(() => {
    root = join(base, String(count++));
    mkdirSync(root);
    msuMfsdFixture.write(root);
  });
  const open = (): Promise<FaceDataset> => openDataset(msuMfsd, root);
  const write = (name: string, text: string) => writeFileSync(join(root, name), text);

  it('knows who, with which camera and by which instrument', async () => {
    const { samples, notes } = await open();
    const found = Object.fromEntries(samples.map((sample) => [sample.id, sample]));
    expect(found['scene01/attack/attack_client055_laptop_SD_ipad_video_scene01.mov']).toEqual({
      id: 'scene01/attack/attack_client055_laptop_SD_ipad_video_scene01.mov',
      video: 'scene01/attack/attack_client055_laptop_SD_ipad_video_scene01.mov',
      image: { clip: join(root, 'scene01/attack/attack_client055_laptop_SD_ipad_video_scene01.mov') },
      label: 0,
      split: 'train',
      species: 'replay/ipad',
      subject: 'client055',
      device: 'laptop',
      session: 'scene01',
    });
    expect(notes?.official).toEqual({ train: { live: 30, attack: 90 }, test: { live: 40, attack: 120 } });
  });

  it('turns the live Android clips of clients 3 and 5 to 9, unless their own header says so', async () => {
    const turned = (dataset: Dataset) => dataset.samples.flatMap(({ id, image }) => ('clip' in image && image.turn === 180 ? [id] : []));
    expect(turned(await open())).toEqual(['scene01/real/real_client003_android_SD_scene01.mp4']);
    for (const client of ['002', '005', '006', '007', '008', '009', '010']) writeTree(root, [`scene01/real/real_client${client}_android_SD_scene01.mp4`]);
    write('train_sub_list.txt', '2\n3\n5\n6\n7\n8\n9\n10\n55\n');
    expect(turned(await open()).map((id) => id.slice('scene01/real/real_client'.length, -'_android_SD_scene01.mp4'.length))).toEqual([
      '003',
      '005',
      '006',
      '007',
      '008',
      '009',
    ]);
    // A header that says 180 degrees already: players turn it, so nobody else must.
    const path = join(root, 'scene01/real/real_client003_android_SD_scene01.mp4');
    const bytes = Buffer.from(readFileSync(path));
    const matrix = bytes.indexOf('tkhd') + 4 + 40;
    for (const at of [0, 16]) bytes.writeInt32BE(-65536, matrix + at);
    unlinkSync(path);
    writeFileSync(path, bytes);
    expect(turned(await open())).not.toContain('scene01/real/real_client003_android_SD_scene01.mp4');
  });

  it('takes clients as 1, 01, 001 and client001, with byte order marks, carriage returns, blank lines and spaces', async () => {
    write('train_sub_list.txt', '\ufeff3 \r\n\r\n055\r\n');
    writeFileSync(join(root, 'test_sub_list.txt'), Buffer.from('\ufeff001\r\nclient013', 'utf16le'));
    const { samples, notes } = await open();
    expect(samples).toHaveLength(32);
    expect(notes).toMatchObject({ problems: [], missing: [] });
  });

  it('reports what is wrong in the lists: nonsense, a client twice, in both, without clips, in neither', async () => {
    write('train_sub_list.txt', '03\nthree\n03\n99\n');
    write('test_sub_list.txt', '01\n03\n');
    const { samples, notes } = await open();
    expect(samples.filter(({ split }) => split === 'train').map(({ subject }) => subject)).toEqual(Array(8).fill('client003'));
    expect(samples).toHaveLength(16);
    expect(notes?.missing).toEqual(['client099']);
    expect(notes?.problems).toEqual([
      'client 03 is in both lists: used as train',
      expect.stringMatching(/^client013 is in neither list, so 8 clips are not used: scene01\/attack\/attack_client013_android_SD_ipad_video_scene01.mp4, /),
      expect.stringMatching(/^client055 is in neither list/),
      "train_sub_list.txt line 2: 'three' is not a client number",
      'train_sub_list.txt line 3: client 03 again',
    ]);
  });

  it('falls back to the published lists where they are lost, and says so', async () => {
    unlinkSync(join(root, 'train_sub_list.txt'));
    unlinkSync(join(root, 'test_sub_list.txt'));
    const { samples, notes } = await open();
    expect(samples.map(({ split }) => split).filter((split) => split === 'train')).toHaveLength(16);
    expect(notes?.problems?.filter((one) => one.includes('published list'))).toHaveLength(2);
    expect(notes?.missing).toHaveLength(31);
  });

  it('does not mind upper case, archives of another system and where the lists lie', async () => {
    renameSync(join(root, 'scene01/real'), join(root, 'scene01/REAL'));
    renameSync(join(root, 'scene01/REAL/real_client001_laptop_SD_scene01.mov'), join(root, 'scene01/REAL/Real_Client001_Laptop_sd_Scene01.MOV'));
    mkdirSync(join(root, 'lists'));
    renameSync(join(root, 'train_sub_list.txt'), join(root, 'lists/Train_Sub_List.TXT'));
    writeTree(root, [], { '__MACOSX/scene01/real/._x.mov': '', 'scene01/REAL/Thumbs.db': '', 'scene01/REAL/._real_client001_android_SD_scene01.mp4': '' });
    const { samples, notes } = await open();
    expect(samples).toHaveLength(32);
    expect(notes).toMatchObject({ problems: [], unmatched: [] });
  });

  it('lists what fits no rule, and takes a clip that is there twice once', async () => {
    writeTree(root, ['scene01/real/holiday ü.mp4', 'scene01/attack/real_client001_android_SD_scene01.mp4', 'copy/real/real_client001_android_SD_scene01.mp4'], {
      'scene01/notes.txt': 'x',
    });
    const { samples, notes } = await open();
    expect(samples).toHaveLength(32);
    expect(notes?.unmatched).toEqual(['scene01/attack/real_client001_android_SD_scene01.mp4', 'scene01/notes.txt', 'scene01/real/holiday ü.mp4']);
    expect(notes?.problems).toEqual([
      'scene01/real/real_client001_android_SD_scene01.mp4 duplicates copy/real/real_client001_android_SD_scene01.mp4: not used',
    ]);
  });

  it('tells clips without a .face file, and .face files without a clip', async () => {
    unlinkSync(join(root, 'scene01/real/real_client001_android_SD_scene01.mp4'));
    unlinkSync(join(root, 'scene01/real/real_client001_laptop_SD_scene01.face'));
    const { notes } = await open();
    expect(notes?.problems).toEqual([
      '1 .face file belongs to no clip: scene01/real/real_client001_android_SD_scene01.face',
      '1 clip has no .face file: scene01/real/real_client001_laptop_SD_scene01.mov',
      'client001 has 7 of 8 clips',
    ]);
  });

  it("reads boxes and eyes by frame, the person's right eye being the one with the smaller x", async () => {
    const dataset = await open();
    const { frames } = (await dataset.faces?.(dataset.samples[0] as never)) ?? {};
    expect(frames?.size).toBe(12);
    expect(frames?.get(3)).toEqual({ box: { x: 23, y: 10, width: 24, height: 30 }, landmarks: { rightEye: { x: 30, y: 20 }, leftEye: { x: 40, y: 20 } } });
  });

  it('tells empty, truncated, malformed, repeated, negative and out-of-frame lines of a .face file', async () => {
    const file = 'scene01/attack/attack_client001_android_SD_ipad_video_scene01.face';
    const problems = async (text: string) => {
      write(file, text);
      const dataset = await open();
      const annotation = await dataset.faces?.(dataset.samples[0] as never);
      return [annotation?.frames.size, ...(annotation?.problems ?? []).map((one) => one.replace(`${file} `, '').replace(`${file}: `, ''))];
    };
    expect(await problems('')).toEqual([0, 'the file is empty']);
    expect(await problems('\r\n \r\n')).toEqual([0, 'the file is empty']);
    expect(await problems('\ufeff0,20,10,44,40,27,20,37,20\r\n\r\n1,20,10,44,40,27,20,37,20\r\n')).toEqual([2]);
    expect(await problems('0 20 10 44 40 27 20 37 20\n1,20,10,44')).toEqual([1, 'line 2: 4 numbers, expected 9 (the file ends there)']);
    expect(await problems('0,20,10,44,40,27,20,37,x\n-1,20,10,44,40,27,20,37,20\n')).toEqual([
      0,
      "line 1: 'x' is not a number",
      'line 2: its frame is -1, expected 0 or more',
    ]);
    expect(await problems('0,20,10,44,40,27,20,37,20\n0,1,1,2,2,1,1,2,1\n')).toEqual([1, 'line 2: frame 0 again: the first is used']);
    expect(await problems('0,-5,10,44,40,27,20,37,20\n1,20,10,70,40,27,20,37,20\n2,20,10,20,40,27,20,37,20\n3,20,10,44,40,27,20,99,20\n')).toEqual([
      4,
      'line 1: the box begins at -5, 10, outside the image',
      'line 2: the box ends at 70, 40, outside of an image of 64 x 48',
      'line 3: the box is 0 wide and 30 high',
      'line 4: an eye is at 99, 20, outside of an image of 64 x 48',
    ]);
    unlinkSync(join(root, file));
    const dataset = await open();
    expect((await dataset.faces?.(dataset.samples[0] as never))?.problems).toEqual(['there is no annotation file']);
  });
});
