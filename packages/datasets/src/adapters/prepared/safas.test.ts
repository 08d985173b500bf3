import { mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { datasetConformance, openDataset } from '../../../test/dataset-conformance.ts';
import { safasFixture } from '../../../test/fixtures/safas.ts';
import { scratch } from '../../../test/fixtures/scratch.ts';
import { writeImages } from '../../../test/fixtures/tiny-images.ts';
import { safas } from './safas.ts';

datasetConformance(safas, safasFixture);

describe('crops of SAFAS', () => {
  const folder = scratch(safasFixture.write);
  const open = (options = {}) => openDataset(safas, folder.root, options);

  it('know who, where and by what, from the video’s own name', async () => {
    const { samples } = await open({ domain: 'OULU' });
    expect(samples.find(({ id }) => id === 'oulu/test/spoof/6_3_55_5/crop_0005.jpg')).toEqual({
      id: 'oulu/test/spoof/6_3_55_5/crop_0005.jpg',
      image: { path: join(folder.root, 'oulu/test/spoof/6_3_55_5/crop_0005.jpg') },
      label: 0,
      split: 'test',
      species: 'replay/2',
      subject: '55',
      video: 'oulu/test/spoof/6_3_55_5',
      frame: 5,
      device: 'phone 6',
      session: '3',
    });
  });

  it('may be asked for whole pictures instead', async () => {
    const ids = (await open({ domain: 'msu', image: 'org' })).samples.map(({ id }) => id);
    expect(ids).toContain('msu/train/live/real_client002_laptop_SD_scene01/org_0005.jpg');
    expect(ids).toHaveLength(4);
  });

  it('are read as SAFAS’s script leaves them, too, where MSU-MFSD is called replay', async () => {
    const flat = scratchRoot(folder.root);
    writeImages(flat, [
      'preposess/oulu_train_live_1_1_01_1/crop_0000.jpg',
      'preposess/oulu_test_spoof_1_1_36_3/crop_0000.jpg',
      'preposess/replay_train_live_real_client002_android_SD_scene01/crop_0000.jpg',
      'preposess/replay_dev_spoof_hand_attack_mobile_client051_session01_mobile_photo_adverse/crop_0000.jpg',
      'preposess/casia_train_spoof_12_NM_5/crop_0000.jpg',
    ]);
    const { samples } = await openDataset(safas, flat);
    expect(samples.map(({ split, label, species, subject }) => [split, label, species, subject])).toEqual([
      ['train', 0, 'cut-print', 'casia/12'],
      ['test', 0, 'print/2', 'oulu/36'],
      ['train', 1, undefined, 'oulu/01'],
      ['dev', 0, 'replay/mobile-photo', 'replay/client051'],
      ['train', 1, undefined, 'msu/client002'],
    ]);
  });

  it('that lie in the folder of the other label are reported, and files that fit no rule listed', async () => {
    mkdirSync(join(folder.root, 'oulu/train/live'), { recursive: true });
    renameSync(join(folder.root, 'oulu/train/spoof/1_1_01_2'), join(folder.root, 'oulu/train/live/1_1_01_2'));
    writeImages(folder.root, ['oulu/train/live/1_1_01_1/frame.jpg', 'holiday/1.jpg'], { 'oulu/train/README.md': '' });
    const { notes } = await open({ domain: 'oulu' });
    expect(notes?.problems).toEqual(['the names of 1 of 4 clips contradict their labels: oulu/train/live/1_1_01_2 (live)']);
    expect(notes?.unmatched).toEqual(['holiday/1.jpg', 'oulu/train/live/1_1_01_1/frame.jpg']);
  });
});

function scratchRoot(root: string): string {
  const flat = join(root, '..', 'flat');
  mkdirSync(flat);
  return flat;
}
