import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '@gradalign/core';
import { describe, expect, it } from 'vitest';
import { datasetConformance, openDataset } from '../../../test/dataset-conformance.ts';
import { celebaSpoofFixture } from '../../../test/fixtures/celeba-spoof.ts';
import { scratch } from '../../../test/fixtures/scratch.ts';
import { writeImages } from '../../../test/fixtures/tiny-images.ts';
import { celebaSpoof } from './celeba-spoof.ts';

datasetConformance(celebaSpoof, celebaSpoofFixture);

describe('CelebA-Spoof', () => {
  const folder = scratch(celebaSpoofFixture.write);
  const open = (options = {}) => openDataset(celebaSpoof, folder.root, options);
  const write = (name: string, text: string) => writeFileSync(join(folder.root, name), text);
  const numbers = (type: number, spoof: number) => [...Array<number>(40).fill(0), type, 0, 0, spoof];

  it('gives single images with person, kind of attack, place and light', async () => {
    const { samples, notes } = await open();
    expect(samples.find(({ id }) => id.endsWith('000186.png'))).toEqual({
      id: 'Data/train/1/spoof/000186.png',
      image: { path: join(folder.root, 'Data/train/1/spoof/000186.png') },
      label: 0,
      split: 'train',
      species: 'replay/phone',
      subject: '1',
      session: 'outdoor/back',
    });
    expect(notes?.official).toEqual({ all: { images: 625_537 } });
  });

  it.each([
    ['56 60 112 120 0.99\n', { x: 56, y: 60, width: 112, height: 120 }, []],
    ['-3 60 112 120 0.99\n', { x: -3, y: 60, width: 112, height: 120 }, ['line 1: the box -3 60 112 120 extends beyond the image']],
    ['', undefined, ['the file is empty']],
    ['\n \n', undefined, ['the file is empty']],
    ['56 60 112\n', undefined, ["line 1: '56 60 112', expected x y w h score"]],
    ['56 60 0 120 0.5\n', undefined, ['line 1: a box of 0 x 120']],
    ['a b c d e\n', undefined, ["line 1: 'a b c d e', expected x y w h score"]],
  ])('reads boxes in a picture of 224 x 224, when it is asked: %j', async (text, box, problems) => {
    write('Data/train/1/live/000184_BB.txt', text);
    const dataset = await open();
    const sample = dataset.samples.find(({ id }) => id.endsWith('000184.jpg'));
    const faces = sample && (await dataset.faces?.(sample));
    expect(faces).toMatchObject({ size: { width: 224, height: 224 }, problems });
    expect(faces?.frames.get(0)?.box).toEqual(box);
  });

  it('says of an image without a box file that it has none', async () => {
    rmSync(join(folder.root, 'Data/train/1/live/000184_BB.txt'));
    const dataset = await open();
    const sample = dataset.samples.find(({ id }) => id.endsWith('000184.jpg'));
    expect(sample && (await dataset.faces?.(sample))?.problems).toEqual(['the image has no _BB.txt file']);
  });

  it('believes the lists, not the folders, and says so', async () => {
    write(
      'metas/intra_test/train_label.json',
      JSON.stringify({ 'Data/train/1/live/000184.jpg': numbers(2, 1), 'Data/train/10/live/000403.jpg': numbers(0, 0) }),
    );
    const { samples, notes } = await open();
    expect(samples.filter(({ split }) => split === 'train').map(({ label, species }) => [label, species])).toEqual([
      [0, 'print/poster'],
      [1, undefined],
    ]);
    expect(notes?.problems).toEqual(['1 image is in the folder of the other label; the label of the list is used: Data/train/1/live/000184.jpg']);
  });

  it('names entries that are wrong, and gives the rest', async () => {
    write(
      'metas/intra_test/train_label.json',
      `\uFEFF${JSON.stringify({
        'Data/train/1/live/000184.jpg': numbers(0, 0),
        'Data/train/1/spoof/000185.png': [1, 0, 1],
        'Data/train/1/spoof/000186.png': numbers(0, 1),
        'Data/train/10/live/999999.jpg': numbers(0, 0),
        '../x.jpg': numbers(0, 0),
        'Data\\train\\10\\live\\000403.jpg': numbers(0, 0),
        'data/TRAIN/10/live/000403.JPG': numbers(3, 1),
      })}`,
    );
    const { samples, notes } = await open();
    expect(samples.filter(({ split }) => split === 'train').map(({ id, species }) => [id, species])).toEqual([
      ['Data/train/1/live/000184.jpg', undefined],
      ['Data/train/1/spoof/000186.png', 'other'],
    ]);
    expect(notes?.missing).toEqual(['Data/train/10/live/999999.jpg']);
    expect(notes?.problems).toEqual([
      '1 entry is skipped: it leads outside the root: ../x.jpg (metas/intra_test/train_label.json entry 5)',
      '1 image is listed both as live and as attack, left out: Data/train/10/live/000403.jpg (metas/intra_test/train_label.json entry 6, metas/intra_test/train_label.json entry 7)',
      'metas/intra_test/train_label.json has 1 entry whose spoof type contradicts the label: entry 3: Data/train/1/spoof/000186.png (type 0, spoof 1)',
      'metas/intra_test/train_label.json has 1 entry without 44 numbers, the last of them 0 or 1: entry 2: Data/train/1/spoof/000185.png',
    ]);
  });

  it('without its lists has the labels of its folders', async () => {
    rmSync(join(folder.root, 'metas'), { recursive: true });
    const { samples, notes } = await open();
    expect(samples.map(({ label }) => label)).toEqual([1, 0, 0, 1, 0, 0, 1, 0]);
    expect(notes?.problems).toEqual(['there are no lists below metas: labels come from the folders, and attack types are unknown']);
  });

  it('has further protocols below metas', async () => {
    write('metas/intra_test/extra.txt', '');
    writeImages(folder.root, [], {
      'metas/protocol2/test_on_low_quality_device/train_label.json': JSON.stringify({ 'Data/train/1/live/000184.jpg': numbers(0, 0) }),
    });
    expect((await open({ protocol: 'protocol2/test_on_low_quality_device' })).samples).toHaveLength(1);
    const error = await open({ protocol: 'intra_tets' }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UserError);
    expect((error as Error).message).toContain(
      "and metas holds intra_test, protocol2/test_on_low_quality_device, expected one of those; did you mean 'intra_test'?",
    );
  });
});
