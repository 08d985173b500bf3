import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Sample } from '@gradalign/core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { datasetConformance, openDataset } from '../../../test/dataset-conformance.ts';
import { siwFixture, siwProtocol2, siwProtocol3 } from '../../../test/fixtures/siw.ts';
import { hasFfmpeg, writeTree } from '../../../test/fixtures/tiny-videos.ts';
import { siw } from './siw.ts';

describe.skipIf(!hasFfmpeg)('siw', () => {
  datasetConformance(siw, siwFixture);
  datasetConformance(siw, siwProtocol2, 'protocol 2, any adapter');
  datasetConformance(siw, siwProtocol3, 'protocol 3, any adapter');
});

describe.skipIf(!hasFfmpeg)('siw, its own', () => {
  let base: string;
  let root: string;
  let count = 0;
  beforeAll(() => {
    base = mkdtempSync(join(tmpdir(), 'siw '));
  });
  afterAll(() => rmSync(base, { recursive: true, force: true }));
  beforeEach(() => {
    root = join(base, String(count++));
    mkdirSync(root);
    siwFixture.write(root);
  });
  const open = (options = {}) => openDataset(siw, root, options);

  it('knows subject, sensor, type, medium and session', async () => {
    const { samples } = await open();
    expect(samples.find(({ id }) => id === 'Test/spoof/002/002-2-3-4-2.mov')).toEqual({
      id: 'Test/spoof/002/002-2-3-4-2.mov',
      video: 'Test/spoof/002/002-2-3-4-2.mov',
      image: { clip: join(root, 'Test/spoof/002/002-2-3-4-2.mov') },
      label: 0,
      split: 'test',
      species: 'replay/4',
      subject: '002',
      device: 'Logitech C920',
      session: '2',
    });
  });

  it('takes the first 60 frames of training clips in protocol 1, and whole clips otherwise', async () => {
    const first = (samples: readonly Sample[], split: string) => [
      ...new Set(samples.filter((sample) => sample.split === split).map(({ image }) => ('clip' in image ? image.firstFrames : 0))),
    ];
    const { samples } = await open({ protocol: '1' });
    expect([samples.length, first(samples, 'train'), first(samples, 'test')]).toEqual([32, [60], [undefined]]);
    expect(first((await open()).samples, 'train')).toEqual([undefined]);
  });

  it('leaves one replay medium out in protocol 2, and trains on replays alone', async () => {
    const species = async (fold: number) => {
      const { samples } = await open({ protocol: 2, fold });
      const of = (split: string) => [...new Set(samples.flatMap((sample) => (sample.split === split && sample.species ? [sample.species] : [])))].sort();
      return { train: of('train'), test: of('test') };
    };
    expect(await species(1)).toEqual({ train: ['replay/2', 'replay/3', 'replay/4'], test: ['replay/1'] });
    expect(await species(3)).toEqual({ train: ['replay/1', 'replay/2', 'replay/4'], test: ['replay/3'] });
  });

  it('states the official counts: 4,478 clips, protocol 2 and 3 as bob.db.siw counts them', async () => {
    const official = async (options: object) => (await open(options)).notes?.official;
    expect(await official({})).toEqual({ train: { live: 714, attack: 1703 }, test: { live: 599, attack: 1462 } });
    expect(await official({ protocol: 1 })).toEqual({ train: { live: 714, attack: 1703 }, test: { live: 599, attack: 1462 } });
    expect(await official({ protocol: 2, fold: 1 })).toEqual({ train: { live: 714, attack: 1004 }, test: { live: 599, attack: 300 } });
    expect(await official({ protocol: 2, fold: 4 })).toEqual({ train: { live: 714, attack: 1079 }, test: { live: 599, attack: 250 } });
    expect(await official({ protocol: 3, fold: 1 })).toEqual({ train: { live: 714, attack: 339 }, test: { live: 599, attack: 1148 } });
    expect(await official({ protocol: 3, fold: 2 })).toEqual({ train: { live: 714, attack: 1364 }, test: { live: 599, attack: 314 } });
  });

  it('refuses other protocols and media with exit code 2', async () => {
    await expect(open({ protocol: 4 })).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining("its option protocol is '4', expected one of 1, 2, 3"),
    });
    await expect(open({ protokol: 1 })).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining("no option 'protokol', expected one of root, protocol, fold; did you mean 'protocol'?"),
    });
    await expect(open({ root: undefined })).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('its option root is not given, expected root: Folder that holds Train and Test'),
    });
    await expect(open({ protocol: 2, fold: 5 })).rejects.toMatchObject({ exitCode: 2, message: expect.stringContaining('expected one of 1, 2, 3, 4') });
  });

  it('does not mind upper case; lists what fits no rule; tells people on both sides', async () => {
    renameSync(join(root, 'Train'), join(root, 'TRAIN'));
    renameSync(join(root, 'TRAIN/live/003/003-1-1-1-1.mov'), join(root, 'TRAIN/live/003/003-1-1-1-1.MOV'));
    writeTree(root, ['TRAIN/live/003/003-1-2-1-1.mov', 'TRAIN/spoof/003/165-1-2-1-1.mov', 'TRAIN/spoof/003/003-1-4-1-1.mov', 'Test/live/003/003-1-1-1-2.mov'], {
      'Test/live/003/003-1-1-1-2.face': '',
    });
    const { samples, notes } = await open();
    expect(samples).toHaveLength(33);
    expect(notes?.unmatched).toEqual(['TRAIN/live/003/003-1-2-1-1.mov', 'TRAIN/spoof/003/003-1-4-1-1.mov', 'TRAIN/spoof/003/165-1-2-1-1.mov']);
    expect(notes?.problems).toEqual(['1 subject is in Train and in Test: 003']);
  });

  it('reads a box a line, the first line being frame 0; zeros are no face', async () => {
    const dataset = await open();
    const [first] = dataset.samples as [Sample];
    const { frames } = (await dataset.faces?.(first)) ?? {};
    expect([frames?.size, frames?.has(5), frames?.get(6)]).toEqual([11, false, { box: { x: 26, y: 10, width: 24, height: 30 } }]);
    writeFileSync(join(root, first.id.replace('.mov', '.face')), '20 10 44 40\n\n-3 10 44 40\n1 2 3\n0 0 90 40');
    const annotation = await dataset.faces?.(first);
    expect([...(annotation?.frames.keys() ?? [])]).toEqual([0, 1, 3]);
    expect(annotation?.problems.map((one) => one.slice(one.indexOf('line')))).toEqual([
      'line 3: the box begins at -3, 10, outside the image',
      'line 4: 3 numbers, expected 4',
      'line 5: the box ends at 90, 40, outside of an image of 64 x 48',
    ]);
  });
});
