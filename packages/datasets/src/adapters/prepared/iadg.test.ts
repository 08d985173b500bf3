import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { datasetConformance, openDataset } from '../../../test/dataset-conformance.ts';
import { iadgFixture } from '../../../test/fixtures/iadg.ts';
import { scratch } from '../../../test/fixtures/scratch.ts';
import { iadg } from './iadg.ts';

datasetConformance(iadg, iadgFixture);

describe('IADG’s lists', () => {
  const folder = scratch(iadgFixture.write);
  const open = (options = {}) => openDataset(iadg, folder.root, options);
  const image = '/path/to/Oulu_NPU/Test_files/1_1_36_1/0.jpg';

  it('give box and landmarks, left and right as the person has them', async () => {
    expect((await open({ domain: 'Oulu' })).samples[0]).toEqual({
      id: 'Oulu_NPU/Test_files/1_1_36_1/0.jpg',
      image: { path: join(folder.root, 'Oulu_NPU/Test_files/1_1_36_1/0.jpg'), box: { x: 6, y: 8, width: 12, height: 16 } },
      label: 1,
      split: 'test',
      subject: '36',
      device: 'phone 1',
      session: '1',
      video: 'Oulu_NPU/Test_files/1_1_36_1',
      frame: 0,
      landmarks: {
        rightEye: { x: 9, y: 13 },
        leftEye: { x: 15, y: 13 },
        nose: { x: 12, y: 17 },
        mouthRight: { x: 9, y: 21 },
        mouthLeft: { x: 15, y: 21 },
      },
    });
  });

  it('with a margin give the square that IADG cuts: 16 and 0.7 of it, from 5 before the box’s corner on', async () => {
    expect((await open({ domain: 'Oulu', margin: 0.7 })).samples[0]?.image).toMatchObject({ box: { x: 1, y: 3, width: 26, height: 26 } });
  });

  it('call live 0, unless told otherwise', async () => {
    const labels = async (options: object) => (await open({ domain: 'Oulu', ...options })).samples.map(({ label }) => label);
    expect(await labels({})).toEqual([1, 0]);
    const turned = await open({ domain: 'Oulu', live: 1 });
    expect(turned.samples.map(({ label }) => label)).toEqual([0, 1]);
    expect(turned.notes?.problems?.[0]).toContain('live and attack may be swapped throughout');
  });

  it('name lines that are wrong, and give the rest', async () => {
    writeFileSync(
      join(folder.root, 'Oulu_Test_Real_list.txt'),
      `\uFEFF${image} 0\r\n\r\n${image} 0 6 8 0 16\r\n${image} 2 6 8 12 16\r\n${image}\r\n/path/to/Oulu_NPU/Test_files/1_1_37_1/0.jpg 0\r\n${image} 0 6 8\r\n`,
    );
    const { samples, notes } = await open({ domain: 'Oulu' });
    expect(samples[0]).toMatchObject({ id: 'Oulu_NPU/Test_files/1_1_36_1/0.jpg', label: 1 });
    expect(samples[0]?.image).not.toHaveProperty('box');
    expect(notes?.missing).toEqual(['/path/to/Oulu_NPU/Test_files/1_1_37_1/0.jpg']);
    expect(notes?.problems).toEqual([
      '1 entry is listed twice: Oulu_NPU/Test_files/1_1_36_1/0.jpg (Oulu_Test_Real_list.txt line 3)',
      `Oulu_Test_Real_list.txt has 3 lines that cannot be read, expected path, label 0 or 1, x y w h and five points: line 4: ${image} 2 6 8 12 16, line 5: ${image}, line 7: ${image} 0 6 8`,
      'Oulu_Test_Real_list.txt line 3: a box of 0 x 16, not used',
    ]);
  });
});
