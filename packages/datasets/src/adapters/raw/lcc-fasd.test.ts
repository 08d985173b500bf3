import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { datasetConformance, openDataset } from '../../../test/dataset-conformance.ts';
import { lccFasdFixture } from '../../../test/fixtures/lcc-fasd.ts';
import { scratch } from '../../../test/fixtures/scratch.ts';
import { writeImages } from '../../../test/fixtures/tiny-images.ts';
import { lccFasd } from './lcc-fasd.ts';

datasetConformance(lccFasd, lccFasdFixture);

describe('LCC_FASD', () => {
  const folder = scratch(lccFasdFixture.write);
  const open = () => openDataset(lccFasd, folder.root);

  it('gives single images, with what their names tell', async () => {
    const { samples } = await open();
    expect(samples.find(({ id }) => id.endsWith('id0_s0_30.png'))).toEqual({
      id: 'LCC_FASD_training/spoof/FT720P_G780_REDMI4X_id0_s0_30.png',
      image: { path: join(folder.root, 'LCC_FASD_training/spoof/FT720P_G780_REDMI4X_id0_s0_30.png') },
      label: 0,
      split: 'train',
      species: 'replay',
      subject: 'id0',
      device: 'REDMI4X',
      session: 's0',
    });
  });

  it('takes an evaluation part in folders, in any case, and says which part is not there', async () => {
    rmSync(join(folder.root, 'LCC_FASD_evaluation'), { recursive: true });
    expect((await open()).notes?.missing).toEqual(['LCC_FASD_evaluation']);
    writeImages(folder.root, [
      'lcc_fasd_EVALUATION/Real/x.PNG',
      'lcc_fasd_EVALUATION/SPOOF/y.jpg',
      'lcc_fasd_EVALUATION/z.png',
      'LCC_FASD_training/mask/1.png',
    ]);
    const { samples, notes } = await open();
    expect(samples.filter(({ split }) => split === 'test').map(({ label }) => label)).toEqual([1, 0]);
    expect(notes?.unmatched).toEqual(['LCC_FASD_training/mask/1.png', 'lcc_fasd_EVALUATION/z.png']);
  });
});
