import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { datasetConformance, openDataset } from '../../../test/dataset-conformance.ts';
import { scratch } from '../../../test/fixtures/scratch.ts';
import { ssanFixture } from '../../../test/fixtures/ssan.ts';
import { ssan } from './ssan.ts';

datasetConformance(ssan, ssanFixture);

describe('SSAN’s lists', () => {
  const folder = scratch(ssanFixture.write);
  const open = (domain = 'img_CASIA_FASD') => openDataset(ssan, folder.root, { domain });
  const write = (name: string, text: string) => writeFileSync(join(folder.root, 'img_CASIA_FASD', name), text);

  it('name OULU-NPU’s clips without their folder, and depth maps are no frames', async () => {
    const { samples } = await open('oulu_images_crop');
    expect(samples.map(({ id, label, split, subject }) => [id, label, split, subject])).toEqual([
      ['oulu_images_crop/Test_files/1_1_36_2/1_1_36_2_0_scene.jpg', 0, 'test', '36'],
      ['oulu_images_crop/Train_files/1_1_01_1/1_1_01_1_0_scene.jpg', 1, 'train', '01'],
    ]);
  });

  it('call whatever is not 1 an attack; wrong lines, clips that are not there and contradictions are named', async () => {
    write(
      'train_list_video.txt',
      '\uFEFF+1,train_release/1/1\r\n0,train_release/1/HR_2\r\n-2,train_release/2/7\r\n\r\n1\r\n1,train_release/9/1\r\n1,train_release/2/7\r\n1,train_release/1/1\r\n1,../x\r\n',
    );
    const { samples, notes } = await open();
    expect([...new Set(samples.filter(({ split }) => split === 'train').map(({ video, label }) => `${video} ${label}`))]).toEqual([
      'img_CASIA_FASD/train_release/1/1 1',
      'img_CASIA_FASD/train_release/1/HR_2 0',
    ]);
    expect(notes?.missing).toEqual(['train_release/9/1']);
    expect(notes?.problems).toEqual([
      'img_CASIA_FASD/train_list_video.txt has 1 line that cannot be read, expected label,video: line 5: 1',
      'img_CASIA_FASD/train_list_video.txt line 7: train_release/2/7 is live here and the other in img_CASIA_FASD/train_list_video.txt line 3, left out',
      'img_CASIA_FASD/train_list_video.txt line 8: train_release/1/1 is listed again, after img_CASIA_FASD/train_list_video.txt line 1',
      "img_CASIA_FASD/train_list_video.txt line 9: '../x' is skipped: it leads outside the root",
    ]);
  });

  it.each([
    ['6\n8\n12\n16\n', { x: 6, y: 8, width: 12, height: 16 }, []],
    ['-6.5\r\n8\r\n12\r\n16\r\n0.9\r\n', { x: -6.5, y: 8, width: 12, height: 16 }, []],
    ['', undefined, ['the file is empty']],
    ['6\n8\n', undefined, ['2 values (6 8), expected 4 numbers']],
    ['6\n8\n0\n16\n', undefined, ['a box of 0 x 16']],
  ])('have boxes: %j', async (text, box, problems) => {
    write('train_release/1/1/1_0.dat', text);
    const dataset = await open();
    const sample = dataset.samples.find(({ id }) => id.endsWith('train_release/1/1/1_0.jpg'));
    const faces = sample && (await dataset.faces?.(sample));
    expect(faces?.problems).toEqual(problems);
    expect(faces?.frames.get(0)?.box).toEqual(box);
  });
});
