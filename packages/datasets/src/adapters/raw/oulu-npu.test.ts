import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Sample, UserError } from '@gradalign/core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { datasetConformance, openDataset } from '../../../test/dataset-conformance.ts';
import { ouluNpuFixture, ouluNpuProtocol1, ouluNpuProtocol2, ouluNpuProtocol3, ouluNpuProtocol4 } from '../../../test/fixtures/oulu-npu.ts';
import { hasFfmpeg } from '../../../test/fixtures/tiny-videos.ts';
import { ouluNpu } from './oulu-npu.ts';

describe.skipIf(!hasFfmpeg)('oulu-npu', () => {
  datasetConformance(ouluNpu, ouluNpuFixture);
  for (const fixture of [ouluNpuProtocol1, ouluNpuProtocol2, ouluNpuProtocol3, ouluNpuProtocol4]) {
    datasetConformance(ouluNpu, fixture, `protocol ${fixture.options?.['protocol']}, any adapter`);
  }
});

describe.skipIf(!hasFfmpeg)('oulu-npu, its own', () => {
  let base: string;
  let root: string;
  let count = 0;
  beforeAll(() => {
    base = mkdtempSync(join(tmpdir(), 'oulu '));
  });
  afterAll(() => rmSync(base, { recursive: true, force: true }));
  beforeEach(() => {
    root = join(base, String(count++));
    mkdirSync(root);
    ouluNpuFixture.write(root);
  });
  const open = (options = {}) => openDataset(ouluNpu, root, options);
  const list = (name: string, text: string) => writeFileSync(join(root, 'Protocols', name), text);
  const idsOf = (samples: readonly Sample[], split: string) => samples.filter((sample) => sample.split === split).map(({ id }) => id);

  it('knows phone, session, user and instrument', async () => {
    const { samples } = await open();
    expect(samples.find(({ id }) => id === 'Dev_files/2_3_35_4.avi')).toEqual({
      id: 'Dev_files/2_3_35_4.avi',
      video: 'Dev_files/2_3_35_4.avi',
      image: { clip: join(root, 'Dev_files/2_3_35_4.avi') },
      label: 0,
      split: 'dev',
      species: 'replay/1',
      subject: '35',
      device: 'phone 2',
      session: '3',
    });
  });

  it('states the official counts of each protocol', async () => {
    const official = async (options: object) => Object.values((await open(options)).notes?.official ?? {}).map(({ live, attack }) => [live, attack]);
    expect(await official({})).toEqual([
      [360, 1440],
      [270, 1080],
      [360, 1440],
    ]);
    expect(await official({ protocol: 1 })).toEqual([
      [240, 960],
      [180, 720],
      [120, 480],
    ]);
    expect(await official({ protocol: 2 })).toEqual([
      [360, 720],
      [270, 540],
      [360, 720],
    ]);
    expect(await official({ protocol: 3, fold: 1 })).toEqual([
      [300, 1200],
      [225, 900],
      [60, 240],
    ]);
    expect(await official({ protocol: 4, fold: 2 })).toEqual([
      [200, 400],
      [150, 300],
      [20, 40],
    ]);
  });

  it('chooses the same clips by definition where the lists are lost, and says so', async () => {
    for (const options of [{ protocol: 1 }, { protocol: 2 }, { protocol: 3, fold: 2 }, { protocol: 4, fold: 1 }]) {
      const withLists = (await open(options)).samples;
      renameSync(join(root, 'Protocols'), join(base, 'hidden'));
      const { samples, notes } = await open(options);
      renameSync(join(base, 'hidden'), join(root, 'Protocols'));
      expect(samples).toEqual(withLists);
      expect(notes?.problems).toHaveLength(3);
      expect(notes?.problems?.[0]).toMatch(/^there is no Protocol_\d\/Dev(_\d)?.txt: its clips are selected by the protocol's definition$/);
    }
  });

  it('takes 1, "1", "Protocol_1", "3_2", "3.2" and a fold as number or text; refuses others with a suggestion and exit code 2', async () => {
    const clips = async (options: object) => (await open(options)).samples.length;
    expect(await clips({ protocol: 1 })).toBe(50);
    expect(await clips({ protocol: '1' })).toBe(50);
    expect(await clips({ protocol: 'Protocol_1' })).toBe(50);
    expect(await clips({ protocol: 4.2 })).toBe(await clips({ protocol: '4', fold: '2' }));
    expect((await open({ protocol: 'protocol_3_2' })).samples).toEqual((await open({ protocol: 3, fold: 2 })).samples);
    for (const [options, message] of [
      [{ protocol: 5 }, "its option protocol is '5', expected one of 1, 2, 3, 4"],
      [{ protocol: 'one' }, "its option protocol is 'one', expected one of 1, 2, 3, 4"],
      [{ protocol: 3, fold: 7 }, "its option fold (of protocol 3) is '7', expected one of 1, 2, 3, 4, 5, 6"],
      [{ protocol: '3_0' }, "its option fold (of protocol 3) is '0'"],
    ] as const) {
      const error = (await open(options).catch((thrown: Error) => thrown)) as UserError;
      expect(error).toBeInstanceOf(UserError);
      expect([error.exitCode, error.message]).toEqual([2, expect.stringContaining(message)]);
    }
  });

  it('reads lists whatever editor saved them: byte order marks, carriage returns, blank lines, spaces, extensions, folders, backslashes', async () => {
    list('Protocol_1/Train.txt', '\ufeff+1, 1_1_01_1 \r\n\r\n-1,1_1_01_2.avi\r\n-1\tTrain_files/1_1_01_3\r\n-2,Train_files\\1_1_01_4.AVI\n1_1_1_5');
    const { samples, notes } = await open({ protocol: 1 });
    expect(idsOf(samples, 'train')).toEqual([1, 2, 3, 4, 5].map((file) => `Train_files/1_1_01_${file}.avi`));
    expect(notes?.problems).toEqual([]);
  });

  it('reports nonsense, clips that are not there, twice, in two splits, with the wrong label, and ways out of the root', async () => {
    list(
      'Protocol_1/Train.txt',
      '+1,1_1_01_1\n+1,1_1_01_1\n+1,7_1_01_1\n-1,1_1_99_1\n+1,../../x\n-1,2_3_01_1\n+1,1_1_02_1\n-1,6_2_20_5\n-1,1_1_35_2\nhello world',
    );
    list('Protocol_1/Dev.txt', '-1,1_1_35_2\n+1,1_1_35_2\n+1,1_1_35_1\n');
    const { samples, notes } = await open({ protocol: 1 });
    expect(idsOf(samples, 'train')).toEqual(['Dev_files/1_1_35_2.avi', 'Train_files/1_1_01_1.avi', 'Train_files/2_3_01_1.avi']);
    expect(idsOf(samples, 'dev')).toEqual(['Dev_files/1_1_35_1.avi']);
    expect(notes?.missing).toEqual(['1_1_02_1', '6_2_20_5']);
    expect(notes?.problems).toEqual([
      'Protocols/Protocol_1/Dev.txt line 1: 1_1_35_2 again, already in train',
      'Protocols/Protocol_1/Dev.txt line 2: 1_1_35_2 again, already in train',
      'Protocols/Protocol_1/Dev.txt line 2: 1_1_35_2 is live here, but an attack by its name: used as an attack',
      "Protocols/Protocol_1/Train.txt line 10: 'hello world' is not the name of a clip",
      'Protocols/Protocol_1/Train.txt line 2: 1_1_01_1 again',
      "Protocols/Protocol_1/Train.txt line 3: '7_1_01_1' is not the name of a clip",
      "Protocols/Protocol_1/Train.txt line 4: '1_1_99_1' is not the name of a clip",
      "Protocols/Protocol_1/Train.txt line 5: '../../x' leads outside the root: not read",
      'Protocols/Protocol_1/Train.txt line 6: 2_3_01_1 is an attack here, but live by its name: used as live',
      'Protocols/Protocol_1/Train.txt line 9: 1_1_35_2 is from dev by its name: used as train',
    ]);
  });

  it('does not mind the case of folders, files and lists', async () => {
    renameSync(join(root, 'Train_files'), join(root, 'train_FILES'));
    renameSync(join(root, 'train_FILES/1_1_01_1.avi'), join(root, 'train_FILES/1_1_01_1.AVI'));
    renameSync(join(root, 'Protocols/Protocol_1/Train.txt'), join(root, 'Protocols/Protocol_1/train.TXT'));
    renameSync(join(root, 'Protocols'), join(root, 'PROTOCOLS'));
    const { samples, notes } = await open({ protocol: 1 });
    expect(idsOf(samples, 'train')).toHaveLength(20);
    expect(notes).toMatchObject({ problems: [], unmatched: [], missing: [] });
  });

  it('lists what fits no rule, users in the wrong folder, and clips without eyes', async () => {
    renameSync(join(root, 'Train_files/1_1_01_1.avi'), join(root, 'Train_files/1_1_60_1.avi'));
    renameSync(join(root, 'Train_files/1_1_01_2.avi'), join(root, 'Train_files/1_1_35_2.AVI'));
    renameSync(join(root, 'Dev_files/1_1_35_2.avi'), join(root, '1_1_35_2.avi'));
    unlinkSync(join(root, 'Dev_files/1_1_35_1.txt'));
    const { notes } = await open();
    expect(notes?.unmatched).toEqual(['1_1_35_2.avi', 'Train_files/1_1_60_1.avi']);
    expect(notes?.problems).toEqual([
      '1 clip has no .txt file: Dev_files/1_1_35_1.avi',
      '2 .txt files belong to no clip: Train_files/1_1_01_1.txt, Train_files/1_1_01_2.txt',
      'Train_files/1_1_35_2.AVI is of user 35, who belongs to dev',
    ]);
  });

  it('reads eyes by frame; a frame of zeros has none', async () => {
    const file = join(root, 'Dev_files/1_1_35_1.txt');
    writeFileSync(file, `0,27,20,37,21\n1,0,0,0,0\n2,37,21,27,20\n3,27,20,37\n`);
    const dataset = await open();
    const { frames, problems } = (await dataset.faces?.(dataset.samples[0] as Sample)) ?? {};
    const landmarks = { rightEye: { x: 27, y: 20 }, leftEye: { x: 37, y: 21 } };
    expect([...(frames ?? [])]).toEqual([
      [0, { landmarks }],
      [2, { landmarks }],
    ]);
    expect(problems).toEqual(['Dev_files/1_1_35_1.txt line 4: 4 numbers, expected 5']);
    writeFileSync(file, readFileSync(file).subarray(0, 0));
    expect((await dataset.faces?.(dataset.samples[0] as Sample))?.problems).toEqual(['Dev_files/1_1_35_1.txt: the file is empty']);
  });
});
