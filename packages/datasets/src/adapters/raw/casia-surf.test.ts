import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { datasetConformance, openDataset } from '../../../test/dataset-conformance.ts';
import { casiaSurfFixture } from '../../../test/fixtures/casia-surf.ts';
import { scratch } from '../../../test/fixtures/scratch.ts';
import { writeImages } from '../../../test/fixtures/tiny-images.ts';
import { casiaSurf } from './casia-surf.ts';

datasetConformance(casiaSurf, casiaSurfFixture);

describe('CASIA-SURF', () => {
  const folder = scratch(casiaSurfFixture.write);
  const open = (options = {}) => openDataset(casiaSurf, folder.root, options);
  const counts = async (options = {}) => {
    const { samples } = await open(options);
    return ['train', 'dev', 'test'].map((split) => [1, 0].map((label) => samples.filter((sample) => sample.split === split && sample.label === label).length));
  };

  it('gives frames of clips, of the modality that is asked for', async () => {
    const { samples, notes } = await open();
    expect(samples[0]).toEqual({
      id: 'Data/Testing/fake_part/CLKJ_CS0110/03_en_s.rssdk/color/0001.jpg',
      image: { path: join(folder.root, 'Data/Testing/fake_part/CLKJ_CS0110/03_en_s.rssdk/color/0001.jpg') },
      label: 0,
      split: 'test',
      species: 'cut-print/en_s',
      subject: 'CLKJ_CS0110',
      video: 'Data/Testing/fake_part/CLKJ_CS0110/03_en_s.rssdk/color',
      frame: 1,
    });
    expect(notes?.polarity).toContain('0 is live in CASIA_SURF@p1_image_train.txt');
    expect((await open({ modality: 'depth' })).samples.every(({ id }) => id.includes('/depth/'))).toBe(true);
  });

  it('takes lists of clips where there are none of images, and folders where there are no lists', async () => {
    expect(await counts()).toEqual([
      [2, 4],
      [2, 2],
      [2, 2],
    ]);
    for (const split of ['train', 'dev', 'test']) rmSync(join(folder.root, `protocol/CASIA_SURF@p1_image_${split}.txt`));
    expect(await counts()).toEqual([
      [2, 4],
      [2, 2],
      [2, 2],
    ]);
    rmSync(join(folder.root, 'protocol'), { recursive: true });
    expect(await counts()).toEqual([
      [2, 4],
      [2, 2],
      [2, 2],
    ]);
    expect((await open()).notes).toMatchObject({
      polarity: 'live: in folder real_part; attack: in folder fake_part',
      problems: ['dev', 'test', 'train'].map((split) => `${split} has no list: every color frame in its folders is taken`),
    });
  });

  it('reads the challenge’s lists of three modalities, in which 1 is live, and its images that stand alone', async () => {
    rmSync(join(folder.root, 'protocol'), { recursive: true });
    const three = (stem: string, label: number) => `${['color', 'depth', 'ir'].map((kind) => `${stem.replace('*', kind)}`).join(' ')} ${label}\r\n`;
    writeImages(
      folder.root,
      ['color', 'depth', 'ir'].flatMap((kind) => [`Val/0007/007243-${kind}.jpg`, `Val/0007/007193-${kind}.jpg`]),
      {
        'train_list.txt':
          three('Data/Training/real_part/CLKJ_AS0005/real.rssdk/*/0001.jpg', 1) + three('Data/Training/fake_part/CLKJ_AS0005/04_en_b.rssdk/*/0001.jpg', 0),
        'val_private_list.txt': three('Val/0007/007243-*.jpg', 1) + three('Val/0007/007193-*.jpg', 0),
        'val_public_list.txt': 'Val/0007/007243-color.jpg Val/0007/007243-depth.jpg Val/0007/007243-ir.jpg\n',
      },
    );
    for (const modality of ['color', 'depth', 'ir']) {
      expect((await counts({ modality })).slice(0, 2)).toEqual([
        [1, 1],
        [1, 1],
      ]);
    }
    const { samples, notes } = await open();
    expect(samples.find(({ id }) => id === 'Val/0007/007243-color.jpg')).toEqual({
      id: 'Val/0007/007243-color.jpg',
      image: { path: join(folder.root, 'Val/0007/007243-color.jpg') },
      label: 1,
      split: 'dev',
    });
    expect(notes?.unmatched).toEqual([]);
  });

  it('lets folders decide what a list’s labels mean, and leaves out lines that contradict them', async () => {
    const list = 'protocol/CASIA_SURF@p1_image_train.txt';
    const clip = (part: string, name: string) => `Data/Training/${part}/CLKJ_AS0005/${name}.rssdk/color/0001.jpg`;
    const write = (text: string) => writeFileSync(join(folder.root, list), text);
    write(`${clip('real_part', 'real')} 1\n${clip('fake_part', '04_en_b')} 0\n`);
    expect((await counts())[0]).toEqual([1, 1]);
    write(
      `${clip('real_part', 'real')} 0\n${clip('fake_part', '04_en_b')} 1\n${clip('fake_part', '06_enm_b')} 0\n${clip('real_part', 'none')} 0\n../x.jpg 0\nx\n`,
    );
    expect((await counts())[0]).toEqual([1, 1]);
    expect((await open()).notes).toMatchObject({
      missing: ['Data/Training/real_part/CLKJ_AS0005/none.rssdk/color/0001.jpg'],
      problems: [
        `1 line contradicts the path, left out: ${clip('fake_part', '06_enm_b')} (${list} line 3, label 0)`,
        `${list} has 1 line that cannot be read, expected a path and a label, 0 or 1: line 6: x`,
        `${list} line 5: '../x.jpg' is skipped: it leads outside the root`,
      ],
    });
  });
});
