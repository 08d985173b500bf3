import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { datasetConformance, openDataset } from '../../../test/dataset-conformance.ts';
import { flipListsFixture } from '../../../test/fixtures/flip-lists.ts';
import { scratch } from '../../../test/fixtures/scratch.ts';
import { writeImages } from '../../../test/fixtures/tiny-images.ts';
import { flipLists } from './flip-lists.ts';

datasetConformance(flipLists, flipListsFixture);

describe('FLIP’s lists', () => {
  const folder = scratch(flipListsFixture.write);
  const open = (options = {}) => openDataset(flipLists, folder.root, options);
  const list = (name: string, text: string) => writeFileSync(join(folder.root, 'data/MCIO/txt', name), text);

  it('of CASIA-FASD know clips, frames and people of each release; test lists stand for frame 1, too', async () => {
    const { samples } = await open({ domain: 'casia' });
    expect(
      samples.map(({ id, video, frame, subject, split }) => [id.slice('data/MCIO/frame/casia/'.length), video?.split('/').at(-1), frame, subject, split]),
    ).toEqual([
      ['test/fake/9_6_frame0.png', '9_6', 0, '29', 'test'],
      ['test/fake/9_HR_2_frame0.png', '9_HR_2', 0, '29', 'test'],
      ['test/fake/9_HR_2_frame1.png', '9_HR_2', 1, '29', 'test'],
      ['test/real/1_1_frame0.png', '1_1', 0, '21', 'test'],
      ['test/real/1_1_frame1.png', '1_1', 1, '21', 'test'],
      ['train/fake/1_3_frame0.png', '1_3', 0, '1', 'train'],
      ['train/fake/1_3_frame1.png', '1_3', 1, '1', 'train'],
      ['train/real/1_1_frame0.png', '1_1', 0, '1', 'train'],
      ['train/real/1_HR_1_frame0.png', '1_HR_1', 0, '1', 'train'],
    ]);
  });

  it('that name all clips twice, as the published ones do, are split by folder, or one of them is taken', async () => {
    const all = 'casia/train/real/1_1_frame0.png\ncasia/test/real/1_1_frame0.png\n';
    list('casia_real_train.txt', all);
    list('casia_real_test.txt', all);
    const real = async (options: object) =>
      (await open({ domain: 'casia', ...options })).samples
        .filter(({ label, frame }) => label === 1 && frame === 0)
        .map(({ split, subject }) => `${split} ${subject}`);
    expect(await real({})).toEqual(['test 21', 'train 1']);
    expect(await real({ lists: 'train' })).toEqual(['train 21', 'train 1']);
    expect(await real({ lists: 'test' })).toEqual(['test 21', 'test 1']);
    expect((await open({ domain: 'casia' })).notes?.problems).toEqual([
      expect.stringMatching(/^2 images are in both train and test lists, assigned to the split of their folder/),
    ]);
  });

  it('may hold names alone, of images that stand alone, and images that are not there', async () => {
    writeImages(folder.root, ['data/MCIO/frame/celeb/real/167_live_096546.jpg', 'data/MCIO/frame/celeb/fake/997_live_125049.jpg']);
    list('celeb_real_train.txt', '\uFEFF167_live_096546.jpg\r\n\r\n');
    list('celeb_fake_train.txt', 'celeb/fake/997_live_125049.jpg\nceleb/fake/1_spoof_000001.jpg\n../1.jpg\n');
    const { samples, notes } = await open({ domain: 'celeb' });
    expect(samples.map(({ label, subject, video }) => [label, subject, video])).toEqual([
      [0, '997', undefined],
      [1, '167', undefined],
    ]);
    expect(notes?.missing).toEqual(['celeb/fake/1_spoof_000001.jpg']);
    expect(notes?.problems).toEqual(['1 entry is skipped: it leads outside the root: ../1.jpg (data/MCIO/txt/celeb_fake_train.txt line 3)']);
  });
});
