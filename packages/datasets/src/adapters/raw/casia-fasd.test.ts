import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { datasetConformance, openDataset } from '../../../test/dataset-conformance.ts';
import { casiaFasdFixture } from '../../../test/fixtures/casia-fasd.ts';
import { hasFfmpeg, writeTree } from '../../../test/fixtures/tiny-videos.ts';
import { casiaFasd } from './casia-fasd.ts';

describe.skipIf(!hasFfmpeg)('casia-fasd', () => {
  datasetConformance(casiaFasd, casiaFasdFixture);
});

describe.skipIf(!hasFfmpeg)('casia-fasd, its own', () => {
  let base: string;
  let root: string;
  let count = 0;
  beforeAll(() => {
    base = mkdtempSync(join(tmpdir(), 'casia '));
  });
  afterAll(() => rmSync(base, { recursive: true, force: true }));
  beforeEach(() => {
    root = join(base, String(count++));
    mkdirSync(root);
    casiaFasdFixture.write(root);
  });

  it('knows each of the twelve clips of a person', async () => {
    const { samples } = await openDataset(casiaFasd, root);
    const own = samples.filter(({ id }) => id.startsWith('test_release/1/'));
    expect(Object.fromEntries(own.map(({ id, label, species, device, subject }) => [id.slice(15, -4), [label, species, device, subject]]))).toEqual({
      1: [1, undefined, 'normal quality', '21'],
      2: [1, undefined, 'low quality', '21'],
      HR_1: [1, undefined, 'high quality', '21'],
      3: [0, 'print/warped', 'normal quality', '21'],
      4: [0, 'print/warped', 'low quality', '21'],
      HR_2: [0, 'print/warped', 'high quality', '21'],
      5: [0, 'cut-print', 'normal quality', '21'],
      6: [0, 'cut-print', 'low quality', '21'],
      HR_3: [0, 'cut-print', 'high quality', '21'],
      7: [0, 'replay', 'normal quality', '21'],
      8: [0, 'replay', 'low quality', '21'],
      HR_4: [0, 'replay', 'high quality', '21'],
    });
  });

  it('takes person 1 of the training folder and person 1 of the test folder for different people', async () => {
    const { samples, notes } = await openDataset(casiaFasd, root);
    expect([...new Set(samples.map(({ subject, split }) => `${subject} ${split}`))].sort()).toEqual(['1 train', '20 train', '21 test', '50 test']);
    expect(notes?.official).toEqual({ train: { live: 60, attack: 180 }, test: { live: 90, attack: 270 } });
  });

  it('does not mind upper case', async () => {
    renameSync(join(root, 'train_release'), join(root, 'TRAIN_RELEASE'));
    renameSync(join(root, 'TRAIN_RELEASE/1/HR_1.avi'), join(root, 'TRAIN_RELEASE/1/hr_1.AVI'));
    const { samples, notes } = await openDataset(casiaFasd, root);
    expect(samples).toHaveLength(48);
    expect(notes).toMatchObject({ problems: [], unmatched: [] });
  });

  it('lists what fits no rule: other numbers of clips and of people, other files; folders that are not complete; a clip in two formats', async () => {
    rmSync(join(root, 'test_release/30/8.avi'));
    writeTree(
      root,
      [
        'train_release/1/9.avi',
        'train_release/1/HR_5.avi',
        'train_release/21/1.avi',
        'test_release/31/1.avi',
        'test_release/0/1.avi',
        '1/1.avi',
        'test_release/1/8.mp4',
      ],
      {
        'train_release/1/1.txt': 'x',
      },
    );
    const { samples, notes } = await openDataset(casiaFasd, root);
    expect(samples).toHaveLength(47);
    expect(notes?.unmatched).toEqual([
      '1/1.avi',
      'test_release/0/1.avi',
      'test_release/31/1.avi',
      'train_release/1/1.txt',
      'train_release/1/9.avi',
      'train_release/1/HR_5.avi',
      'train_release/21/1.avi',
    ]);
    expect(notes?.problems).toEqual([
      '1 folder holds fewer than the 12 clips of a person: test_release/30 (11)',
      'test_release/1/8.mp4 duplicates test_release/1/8.avi: not used',
    ]);
  });

  it('follows links inside the root, but none that lead out of it', async () => {
    const outside = join(base, `outside ${count}`);
    writeTree(outside, ['train_release/2/1.avi']);
    symlinkSync(join(outside, 'train_release/2'), join(root, 'train_release/2'));
    symlinkSync(join(outside, 'train_release/2/1.avi'), join(root, 'train_release/1/1 of 2.avi'));
    symlinkSync('../1/1.avi', join(root, 'train_release/20/1 again.avi'));
    renameSync(join(root, 'test_release/30/1.avi'), join(root, 'test_release/30/kept elsewhere.avi'));
    symlinkSync('kept elsewhere.avi', join(root, 'test_release/30/1.avi'));
    symlinkSync('gone.avi', join(root, 'test_release/30/gone.avi'));
    const { samples, notes } = await openDataset(casiaFasd, root);
    expect(samples).toHaveLength(48);
    expect(notes).toEqual({
      unmatched: ['test_release/30/kept elsewhere.avi', 'train_release/20/1 again.avi'],
      missing: ['test_release/30/gone.avi'],
      problems: [
        'train_release/1/1 of 2.avi: it is a link that leads outside the root: not followed',
        'train_release/2: it is a link that leads outside the root: not followed',
      ],
      leftOut: [
        { kind: 'missing', what: 'test_release/30/gone.avi', why: 'there is no such file' },
        { kind: 'place', what: 'test_release/30/kept elsewhere.avi', why: 'it matches no naming rule', unit: 'clip' },
        { kind: 'missing', what: 'train_release/1/1 of 2.avi', why: 'it is a link that leads outside the root: not followed' },
        { kind: 'missing', what: 'train_release/2', why: 'it is a link that leads outside the root: not followed' },
        { kind: 'place', what: 'train_release/20/1 again.avi', why: 'it matches no naming rule', unit: 'clip' },
      ],
      official: expect.anything(),
      polarity: expect.anything(),
    });
  });
});
