import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '@gradalign/core';
import { describe, expect, it } from 'vitest';
import { datasetConformance, openDataset } from '../../../test/dataset-conformance.ts';
import { cefaFixture } from '../../../test/fixtures/cefa.ts';
import { scratch } from '../../../test/fixtures/scratch.ts';
import { writeImages } from '../../../test/fixtures/tiny-images.ts';
import { cefa } from './cefa.ts';

datasetConformance(cefa, cefaFixture);

describe('CeFA', () => {
  const folder = scratch(cefaFixture.write);
  const open = (options = {}) => openDataset(cefa, folder.root, options);
  const clips = async (options = {}) =>
    [...new Set((await open(options)).samples.map(({ split, label, video }) => `${split} ${label} ${video?.split('/').at(-2)}`))].sort();

  it('gives frames of clips, with person, instrument, device and session', async () => {
    expect((await open()).samples.find(({ id }) => id.includes('3_499_3_1_4/color/0002'))).toEqual({
      id: 'Ethnicity/EA/EA-499/3_499_3_1_4/color/0002.jpg',
      image: { path: join(folder.root, 'Ethnicity/EA/EA-499/3_499_3_1_4/color/0002.jpg') },
      label: 0,
      split: 'test',
      species: 'replay/screen',
      subject: '3_499',
      device: '3',
      session: '1',
      video: 'Ethnicity/EA/EA-499/3_499_3_1_4/color',
      frame: 2,
    });
  });

  it('has the authors’ protocols: 1.1 learns from Africans, 2.1 from cloth and tests on screens, 4.1 from African screens', async () => {
    const masks = ['test 0 1_002_1_1_2_1_3', 'test 0 2_001_1_1_2_1_3'];
    expect(await clips({ protocol: 1.1 })).toEqual([
      'dev 0 1_223_3_1_2',
      'dev 1 1_223_1_1_1',
      masks[0],
      'test 0 2_001_1_1_2_1_3',
      'test 0 2_300_3_2_2',
      'test 0 3_499_3_1_4',
      'test 1 3_499_1_1_1',
      'train 0 1_000_3_1_2',
      'train 0 1_000_3_1_4',
      'train 1 1_000_1_1_1',
    ]);
    expect(await clips({ protocol: '2.1' })).toEqual([
      'dev 0 1_223_3_1_2',
      'dev 1 1_223_1_1_1',
      ...masks,
      'test 0 3_499_3_1_4',
      'test 1 3_499_1_1_1',
      'train 0 1_000_3_1_2',
      'train 0 2_031_3_2_2',
      'train 1 1_000_1_1_1',
      'train 1 2_031_1_1_1',
    ]);
    expect(await clips({ protocol: '4.1' })).toEqual([
      'dev 1 1_223_1_1_1',
      ...masks,
      'test 0 2_300_3_2_2',
      'test 1 3_499_1_1_1',
      'train 0 1_000_3_1_4',
      'train 1 1_000_1_1_1',
    ]);
    expect((await open({ protocol: '1.1' })).notes?.official).toEqual({ train: { all: 800 }, dev: { all: 400 }, test: { all: 2723 } });
    const error = await open({ protocol: 5 }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UserError);
    expect((error as Error).message).toContain("its option protocol is '5', expected one of 1.1, 1.3, 1.5, 2.1, 2.2, 4.1, 4.3, 4.5, 4@1, 4@2, 4@3");
  });

  it('takes a protocol’s lists where they are there: 0 is live in them', async () => {
    writeImages(folder.root, [], {
      'protocol/CASIA_CeFA@p1.1_video_train.txt': 'CASIA_CeFA/Ethnicity/AF/AF-000/1_000_1_1_1/color 0\nCASIA_CeFA/Ethnicity/AF/AF-000/1_000_3_1_2/color 1\n',
      'protocol/CASIA_CeFA@p1.1_video_dev.txt': 'CASIA_CeFA/Ethnicity/AF/AF-223/1_223_1_1_1/color 0\nCASIA_CeFA/Ethnicity/AF/AF-299/1_299_1_1_1/color 0\n',
    });
    expect(await clips({ protocol: '1.1' })).toEqual(['dev 1 1_223_1_1_1', 'train 0 1_000_3_1_2', 'train 1 1_000_1_1_1']);
    const { samples, notes } = await open({ protocol: '1.1', modality: 'ir' });
    expect(samples.map(({ id }) => id)).toContain('Ethnicity/AF/AF-000/1_000_1_1_1/ir/0001.jpg');
    expect(notes?.missing).toEqual(['CASIA_CeFA/Ethnicity/AF/AF-299/1_299_1_1_1/ir']);
  });
});

describe('the challenge’s release of CeFA', () => {
  const folder = scratch((root) =>
    writeImages(
      root,
      ['train/1_031_1_1_1', 'train/1_031_3_1_4', 'dev/003000', 'dev/003001'].flatMap((clip) =>
        ['profile/0001.jpg', 'depth/0001.jpg', 'ir/0001.jpg'].map((name) => `${clip}/${name}`),
      ),
      {
        '4@1_train.txt': 'train/1_031_1_1_1/profile/0001.jpg 1\r\ntrain/1_031_3_1_4/profile/0001.jpg 0\r\n',
        '4@1_dev_ref.txt': 'dev/003000 1\ndev/003001 0\n',
        '4@1_dev_res.txt': 'dev/003000\ndev/003001\n',
      },
    ),
  );
  const open = (options = {}) => openDataset(cefa, folder.root, { protocol: '4@1', ...options });

  it('hides the names of clips to be scored; there 1 is live', async () => {
    const { samples, notes } = await open();
    expect(samples.map(({ id, label, split, species, subject }) => [id, label, split, species, subject])).toEqual([
      ['dev/003000/profile/0001.jpg', 1, 'dev', undefined, undefined],
      ['dev/003001/profile/0001.jpg', 0, 'dev', undefined, undefined],
      ['train/1_031_1_1_1/profile/0001.jpg', 1, 'train', undefined, '1_031'],
      ['train/1_031_3_1_4/profile/0001.jpg', 0, 'train', 'replay/screen', '1_031'],
    ]);
    expect(notes).toMatchObject({ unmatched: [], missing: [], problems: [], polarity: '1 is live in 4@1_dev_ref.txt, 1 is live in 4@1_train.txt' });
    expect((await open({ modality: 'depth' })).samples).toHaveLength(4);
    expect((await openDataset(cefa, folder.root)).samples).toEqual(samples);
  });

  it('may be told the other way round', async () => {
    writeFileSync(join(folder.root, '4@1_dev_ref.txt'), 'dev/003000 0\ndev/003001 1\n');
    writeFileSync(join(folder.root, '4@1_train.txt'), 'train/1_031_1_1_1/profile/0001.jpg 0\n');
    expect((await open({ live: 0 })).samples.map(({ label }) => label)).toEqual([1, 0, 1]);
  });
});
