import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSeed, UserError } from '@gradalign/core';
import { describe, expect, it } from 'vitest';
import { datasetConformance, openDataset } from '../../../test/dataset-conformance.ts';
import { scratch } from '../../../test/fixtures/scratch.ts';
import { ssdgFixture } from '../../../test/fixtures/ssdg.ts';
import { ssdg } from './ssdg.ts';

datasetConformance(ssdg, ssdgFixture);

describe('SSDG’s lists', () => {
  const folder = scratch(ssdgFixture.write);
  const open = (options = {}) => openDataset(ssdg, folder.root, options);
  const list = (set: string, kind: string, entries: unknown) =>
    writeFileSync(join(folder.root, `data_label/${set}/${kind}_label.json`), JSON.stringify(entries));

  it('of one set give its clips, with what the names of their folders tell', async () => {
    const { samples, notes } = await open({ domain: 'MSU' });
    expect(samples.map(({ image: _, ...rest }) => rest)).toEqual([
      {
        id: 'msu_256/attack/01_laptop_SD_ipad_video_scene01/12.png',
        label: 0,
        split: 'test',
        species: 'replay/ipad',
        subject: 'client001',
        video: 'msu_256/attack/01_laptop_SD_ipad_video_scene01',
        frame: 12,
      },
      {
        id: 'msu_256/real/02_android_SD_scene01/0.png',
        label: 1,
        split: 'train',
        subject: 'client002',
        video: 'msu_256/real/02_android_SD_scene01',
        frame: 0,
      },
    ]);
    expect(notes?.polarity).toBe('photo_label 1 is live, 0 is attack');
  });

  it('of several sets are not read as one domain of an experiment', async () => {
    const context = { seed: createSeed(0), domain: 'source', folder: folder.root };
    await expect(async () => ssdg.create({ root: '.', live: 1 }, context)).rejects.toThrow(
      "Cannot read data set 'source': its root holds several data sets, msu, oulu, expected option domain to name one of them",
    );
    expect((await ssdg.create({ root: '.', live: 1 }, { ...context, domain: 'Oulu' })).samples).toHaveLength(5);
  });

  it('without splits are all train', async () => {
    for (const kind of ['train', 'valid', 'test']) rmSync(join(folder.root, `data_label/oulu/${kind}_label.json`));
    const { samples, notes } = await open({ domain: 'oulu' });
    expect(samples.map(({ split, label }) => `${split} ${label}`)).toEqual(['train 0', 'train 1', 'train 1', 'train 0']);
    expect(notes?.problems).toEqual(['oulu has no list of train or test: all its images are train']);
  });

  it('name what is wrong in them, and give the rest', async () => {
    const at = (path: string) => `/data/x/${path}`;
    list('msu', 'train', [
      { photo_path: at('msu_256/real/02_android_SD_scene01/0.png'), photo_label: 1 },
      { photo_path: at('msu_256/real/02_android_SD_scene01/0.png'), photo_label: 1 },
      { photo_path: at('msu_256/real/02_android_SD_scene01/7.png'), photo_label: 1 },
      { photo_path: '../../etc/0.png', photo_label: 1 },
      { photo_path: at('msu_256/real/02_android_SD_scene01/0.png') },
      { photo_label: 0 },
      null,
    ]);
    const { samples, notes } = await open({ domain: 'msu' });
    expect(samples).toHaveLength(2);
    expect(notes?.missing).toEqual(['/data/x/msu_256/real/02_android_SD_scene01/7.png']);
    expect(notes?.problems).toEqual([
      '1 entry is listed twice: msu_256/real/02_android_SD_scene01/0.png (data_label/msu/train_label.json entry 2)',
      '1 entry is skipped: it leads outside the root: ../../etc/0.png (data_label/msu/train_label.json entry 4)',
      `data_label/msu/train_label.json has 3 entries without a photo_path, or a photo_label that is 0 or 1: entry 5: {"photo_path":"/data/x/msu_256/real/02_android_SD_scene01/0.png"}, entry 6: {"photo_label":0}, entry 7: null`,
    ]);
  });

  it('that call an image live and attack lose it', async () => {
    list('msu', 'train', [
      { photo_path: 'msu_256/real/02_android_SD_scene01/0.png', photo_label: 1 },
      { photo_path: 'msu_256/real/02_android_SD_scene01/0.png', photo_label: 0 },
    ]);
    const { samples, notes } = await open({ domain: 'msu' });
    expect(samples.map(({ id }) => id)).toEqual(['msu_256/attack/01_laptop_SD_ipad_video_scene01/12.png']);
    expect(notes?.problems?.[0]).toContain('1 image is listed both as live and as attack, left out: msu_256/real');
  });

  it('whose polarity is turned can be read, and are noticed where clips’ names tell', async () => {
    const { notes } = await open({ domain: 'oulu', live: 0 });
    expect(notes?.problems?.[0]).toMatch(
      /^the names of 4 of 4 clips contradict their labels; since most do, live and attack may be swapped throughout: oulu_256\//,
    );
    expect(notes?.polarity).toBe('photo_label 0 is live, 1 is attack');
  });

  it('that are no JSON are reported; where no image is left, that is an error', async () => {
    writeFileSync(join(folder.root, 'data_label/msu/train_label.json'), '[{"photo_path": ');
    expect((await open({ domain: 'msu' })).notes?.problems?.[0]).toMatch(/^data_label\/msu\/train_label.json: it is not JSON \(.*\): not used$/);
    writeFileSync(join(folder.root, 'data_label/msu/test_label.json'), '{}');
    const error = await open({ domain: 'msu' }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UserError);
    expect((error as Error).message).toContain('holds none of the images in its lists');
  });
});
