import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Sample, UserError } from '@gradalign/core';
import { File } from 'h5wasm/node';
import { describe, expect, it, vi } from 'vitest';
import { datasetConformance, openDataset } from '../../../test/dataset-conformance.ts';
import { scratch } from '../../../test/fixtures/scratch.ts';
import { writeHdf5 } from '../../../test/fixtures/tiny-hdf5.ts';
import { wmcaFixture } from '../../../test/fixtures/wmca.ts';
import { wmca } from './wmca.ts';

datasetConformance(wmca, wmcaFixture);

describe('WMCA', () => {
  const folder = scratch(wmcaFixture.write);
  const open = (options = {}) => openDataset(wmca, folder.root, options);
  const list = (text: string) => writeFileSync(join(folder.root, 'wmca-protocols-csv/PROTOCOL-grandtest.csv'), text);
  async function frames(options: object, asked: readonly number[], name = '514_01_035_1_05') {
    const { samples, clipReader } = await open(options);
    const sample = samples.find(({ id }) => id.includes(name)) as Sample;
    const read = [];
    for await (const { frame, width, height, data } of clipReader?.read(sample, asked) ?? [])
      read.push([frame, width, height, data.length, ...data.subarray(0, 6)]);
    return { count: await clipReader?.count(sample), read };
  }

  it('gives whole clips, with client, kind of attack and session', async () => {
    expect((await open()).samples[0]).toEqual({
      id: 'WMCA_preprocessed_RGB/face-station/12.02.18/514_03_015_2_10.hdf5',
      video: 'WMCA_preprocessed_RGB/face-station/12.02.18/514_03_015_2_10.hdf5',
      image: { clip: join(folder.root, 'WMCA_preprocessed_RGB/face-station/12.02.18/514_03_015_2_10.hdf5') },
      label: 0,
      split: 'train',
      species: 'mask',
      subject: '514',
      session: '03',
    });
  });

  it('a damaged clip that makes the library give up is refused, and the next sound clip is read', async () => {
    const aborts = vi.spyOn(File.prototype, 'keys').mockImplementationOnce(() => {
      throw runtimeError('Aborted(native code called abort())');
    });
    const closes = vi.spyOn(File.prototype, 'close').mockImplementationOnce(() => {
      throw runtimeError('memory access out of bounds');
    });
    try {
      await expect(frames({}, [0])).rejects.toThrow(/^Cannot read clip .*514_01_035_1_05\.hdf5: it is damaged, expected a complete HDF5 file$/);
    } finally {
      for (const spy of [aborts, closes]) spy.mockRestore();
    }
    expect((await frames({}, [0])).count).toBe(11);
  });

  it('reads frames of color in the order of their numbers, not of their names: Frame_2 before Frame_10', async () => {
    expect(await frames({}, [0, 2, 10])).toEqual({
      count: 11,
      read: [
        [0, 6, 4, 72, 0, 50, 100, 0, 50, 100],
        [2, 6, 4, 72, 20, 70, 120, 20, 70, 120],
        [10, 6, 4, 72, 100, 150, 200, 100, 150, 200],
      ],
    });
  });

  it.each([
    ['gray', 10],
    ['depth', 60],
    ['infrared', 110],
    ['thermal', 160],
  ])('reads %s of the files that have it, as gray', async (channel, value) => {
    expect((await frames({ channel }, [1])).read).toEqual([[1, 6, 4, 72, ...Array<number>(6).fill(value)]]);
  });

  it('says what a file has not', async () => {
    await expect(frames({}, [11])).rejects.toThrow(/^Cannot read frame 11 of .*514_01_035_1_05.hdf5: it has 11 frames, expected a number from 0 to 10$/);
    await expect(frames({ channel: 'depth' }, [0], '514_03_015_2_10')).rejects.toThrow(
      'its frames have 3 channels and no depth, expected 4: gray, depth, infrared and thermal',
    );
    const path = join(folder.root, 'WMCA_preprocessed_RGB/face-station/31.01.18/514_01_035_1_05.hdf5');
    const whole = readFileSync(path);
    for (const [content, reason] of [
      ['', 'the file is empty'],
      ['this is no HDF5', 'it cannot be opened as HDF5'],
      [whole.subarray(0, whole.length / 2), 'it cannot be opened as HDF5'],
    ] as const) {
      writeFileSync(path, content);
      const error = await frames({}, [0]).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(UserError);
      expect((error as Error).message).toBe(`Cannot read clip ${path}: ${reason}, expected a complete HDF5 file`);
    }
  });

  it('says of raw recordings of the sensors that they are not what it reads', async () => {
    const path = join(folder.root, 'WMCA_preprocessed_RGB/face-station/31.01.18/514_01_035_1_05.hdf5');
    const file = new File(path, 'w');
    file.create_group('some_sensor');
    file.close();
    await expect(frames({}, [0])).rejects.toThrow(
      'it holds some_sensor, expected groups Frame_0, Frame_1, ... of the preprocessed release (raw sensor recordings are not supported)',
    );
    rmSync(folder.root, { recursive: true });
    mkdirSync(folder.root);
    writeFileSync(join(folder.root, '514_01_035_1_05.raw'), 'x');
    await expect(open()).rejects.toThrow('the raw recordings of the sensors, whose files have no Frame_<n>, are not read');
  });

  it('names lines of a protocol that are wrong, and gives the rest', async () => {
    list(
      [
        'path,label,group',
        'face-station/31.01.18/035_01_000_0_01.hdf5,0,train',
        'face-station\\31.01.18\\514_01_035_1_05,1,Dev',
        'face-station/31.01.18/514_01_035_1_05,1,eval',
        'face-station/31.01.18/098_01_035_3_13,0,eval',
        'face-station/31.01.18/099_01_035_3_13,3,eval',
        'face-station/12.02.18/514_03_015_2_10,2,later',
        'holiday,1,train',
      ].join('\r\n'),
    );
    const { samples, notes } = await open();
    expect(samples.map(({ id, split }) => `${id.slice('WMCA_preprocessed_RGB/face-station/'.length)} ${split}`)).toEqual([
      '31.01.18/035_01_000_0_01.hdf5 train',
      '31.01.18/098_01_035_3_13.hdf5 test',
      '31.01.18/514_01_035_1_05.hdf5 dev',
    ]);
    expect(notes?.missing).toEqual(['face-station/31.01.18/099_01_035_3_13']);
    expect(notes?.problems).toEqual([
      expect.stringMatching(/^3 clips are not in the protocol's list, not used: /),
      expect.stringContaining('line 4: face-station/31.01.18/514_01_035_1_05 again, in test after dev'),
      expect.stringContaining('line 5: label 0 contradicts the name face-station/31.01.18/098_01_035_3_13'),
      expect.stringContaining("line 7: 'face-station/12.02.18/514_03_015_2_10,2,later' cannot be read"),
      expect.stringContaining("line 8: 'holiday,1,train' cannot be read"),
    ]);
  });

  it('without lists is all train, and says so; another protocol than there is is refused', async () => {
    const error = await open({ protocol: 'LOO_fakehaed' }).catch((thrown: unknown) => thrown);
    expect((error as Error).message).toContain("its lists are of LOO_fakehead, grandtest, expected one of those; did you mean 'LOO_fakehead'?");
    rmSync(join(folder.root, 'wmca-protocols-csv'), { recursive: true });
    const { samples, notes } = await open();
    expect(new Set(samples.map(({ split }) => split))).toEqual(new Set(['train']));
    expect(notes?.problems).toEqual(['there is no list PROTOCOL-grandtest.csv: all clips are train']);
  });

  it('lists what fits no rule, and takes a clip that is there twice once', async () => {
    writeHdf5(folder.root, 'WMCA_preprocessed_RGB/copy/31.01.18/514_01_035_1_05.hdf5', 3);
    writeHdf5(folder.root, 'WMCA_preprocessed_RGB/face-station/514_1_5.hdf5', 3);
    const { samples, notes } = await open();
    expect(samples).toHaveLength(6);
    expect(notes?.unmatched).toEqual(['WMCA_preprocessed_RGB/face-station/514_1_5.hdf5']);
    expect(notes?.problems?.[0]).toContain('duplicates WMCA_preprocessed_RGB/copy/31.01.18/514_01_035_1_05.hdf5: not used');
  });
});

/** What WebAssembly throws: its type is not known to every project that reads this file. */
function runtimeError(message: string): Error {
  return Object.assign(new Error(message), { name: 'RuntimeError' });
}
