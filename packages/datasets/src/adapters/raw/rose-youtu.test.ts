import { mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { datasetConformance, openDataset } from '../../../test/dataset-conformance.ts';
import { roseYoutuFixture } from '../../../test/fixtures/rose-youtu.ts';
import { hasFfmpeg, writeTree } from '../../../test/fixtures/tiny-videos.ts';
import { inspectDatasets } from '../../inspect/inspect-datasets.ts';
import { renderInspection } from '../../inspect/render-inspection.ts';
import { roseYoutu } from './rose-youtu.ts';

describe.skipIf(!hasFfmpeg)('rose-youtu', () => {
  datasetConformance(roseYoutu, roseYoutuFixture);
});

describe.skipIf(!hasFfmpeg)('rose-youtu, its own', () => {
  let base: string;
  let root: string;
  let count = 0;
  beforeAll(() => {
    base = mkdtempSync(join(tmpdir(), 'rose '));
  });
  afterAll(() => rmSync(base, { recursive: true, force: true }));
  beforeEach(() => {
    root = join(base, String(count++));
    mkdirSync(root);
    roseYoutuFixture.write(root);
  });
  const open = () => openDataset(roseYoutu, root);

  it('knows instrument, device and person', async () => {
    const { samples } = await open();
    expect(samples.find(({ id }) => id === '12/Mc_NT_HS_g_E_12_7.mp4')).toEqual({
      id: '12/Mc_NT_HS_g_E_12_7.mp4',
      video: '12/Mc_NT_HS_g_E_12_7.mp4',
      image: { clip: join(root, '12/Mc_NT_HS_g_E_12_7.mp4') },
      label: 0,
      split: 'train',
      species: 'mask/paper-cropped',
      subject: '12',
      device: 'Hasee phone',
      session: 'E',
    });
  });

  it('takes names with the person in front, in one folder or several, whatever their case; tells two different persons in one name', async () => {
    writeTree(root, ['3_G_NT_5s_g_E_3_1.mp4', 'all/04_ps_t_zte_WG_e_4_2.MP4', 'all/5_G_NT_5s_g_E_14_1.mp4']);
    const { samples, notes } = await open();
    expect(samples.filter(({ id }) => /^3_|^all/.test(id)).map(({ subject, split, label, species }) => [subject, split, label, species])).toEqual([
      ['3', 'train', 1, undefined],
      ['4', 'train', 0, 'print/still'],
      ['14', 'test', 1, undefined],
    ]);
    expect(notes?.problems).toEqual(['1 name has two different persons: the one near the end is used: all/5_G_NT_5s_g_E_14_1.mp4']);
  });

  it('lists what fits no rule', async () => {
    renameSync(join(root, '2/G_NT_5s_g_E_2_1.mp4'), join(root, '2/X_NT_5s_g_E_2_1.mp4'));
    writeTree(root, ['2/G_NT_6s_g_E_2_1.mp4', '2/G_NT_5s_g_E_2.mp4', '2/G_NT_5s_g_E_zwei_1.mp4']);
    expect((await open()).notes?.unmatched).toEqual(['2/G_NT_5s_g_E_2.mp4', '2/G_NT_5s_g_E_zwei_1.mp4', '2/G_NT_6s_g_E_2_1.mp4', '2/X_NT_5s_g_E_2_1.mp4']);
  });

  it('prints the sum beside the official one, since that alone is known', async () => {
    const inspection = await inspectDatasets([{ domain: 'rose', dataset: await open() }], { checkImages: false });
    expect(renderInspection(inspection).split('\n').slice(0, 4)).toEqual([
      'rose: 40 clips',
      '  split  live  attack         all  subjects',
      '  train     4      16  20 of 1748         2',
      '  test      4      16  20 of 1749         2',
    ]);
  });
});
