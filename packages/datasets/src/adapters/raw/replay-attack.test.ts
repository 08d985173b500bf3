import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Sample } from '@gradalign/core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { datasetConformance, openDataset } from '../../../test/dataset-conformance.ts';
import { replayAttackFixture, replayAttackPrint } from '../../../test/fixtures/replay-attack.ts';
import { hasFfmpeg, writeTree } from '../../../test/fixtures/tiny-videos.ts';
import { replayAttack } from './replay-attack.ts';

describe.skipIf(!hasFfmpeg)('replay-attack', () => {
  datasetConformance(replayAttack, replayAttackFixture);
  datasetConformance(replayAttack, replayAttackPrint, 'protocol print, any adapter');
});

describe.skipIf(!hasFfmpeg)('replay-attack, its own', () => {
  let base: string;
  let root: string;
  let count = 0;
  beforeAll(() => {
    base = mkdtempSync(join(tmpdir(), 'replay '));
  });
  afterAll(() => rmSync(base, { recursive: true, force: true }));
  beforeEach(() => {
    root = join(base, String(count++));
    mkdirSync(root);
    replayAttackFixture.write(root);
  });
  const open = (options = {}) => openDataset(replayAttack, root, options);
  const list = (name: string, text: string) => writeFileSync(join(root, 'protocols', name), text);
  const idsOf = (samples: readonly Sample[], split: string) => samples.filter((sample) => sample.split === split).map(({ id }) => id);

  it('knows client, instrument and light; fixed and hand-held attacks of one name are different clips', async () => {
    const { samples } = await open();
    const id = 'devel/attack/hand/attack_mobile_client003_session01_mobile_video_adverse.mov';
    expect(samples.find((sample) => sample.id === id)).toEqual({
      id,
      video: id,
      image: { clip: join(root, id) },
      label: 0,
      split: 'dev',
      species: 'replay/mobile-video',
      subject: 'client003',
      device: 'webcam',
      session: 'session01 adverse',
    });
    expect(samples.map((sample) => sample.id)).toContain(id.replace('hand', 'fixed'));
  });

  it('counts attacks by protocol; live clips are the same in all, and enrolments belong to none', async () => {
    const found: Record<string, number[]> = {};
    for (const protocol of ['digitalphoto', 'grandtest', 'highdef', 'mobile', 'photo', 'print', 'smalltest', 'video']) {
      const { samples, notes } = await open({ protocol });
      expect(notes).toMatchObject({ unmatched: [], missing: [], problems: [] });
      expect(samples.filter(({ id }) => id.includes('enroll'))).toEqual([]);
      found[protocol] = [samples.filter(({ label }) => label === 1).length, samples.filter(({ label }) => label === 0).length];
    }
    expect(found).toEqual({
      digitalphoto: [12, 24],
      grandtest: [12, 60],
      highdef: [12, 24],
      mobile: [12, 24],
      photo: [12, 36],
      print: [12, 12],
      smalltest: [12, 3],
      video: [12, 24],
    });
  });

  it('states the official counts of a protocol: three tenths, three tenths, four tenths', async () => {
    const official = async (protocol: string) => (await open({ protocol })).notes?.official;
    expect(await official('grandtest')).toEqual({ train: { live: 60, attack: 300 }, dev: { live: 60, attack: 300 }, test: { live: 80, attack: 400 } });
    expect(await official('print')).toEqual({ train: { live: 60, attack: 60 }, dev: { live: 60, attack: 60 }, test: { live: 80, attack: 80 } });
    expect(await official('smalltest')).toEqual({ train: { live: 60 }, dev: { live: 60 }, test: { live: 80 } });
  });

  it('chooses the same clips by their names where the lists are lost, and says so; smalltest cannot be without', async () => {
    const lists = await Promise.all(['grandtest', 'print', 'mobile', 'highdef', 'photo', 'video', 'digitalphoto'].map((protocol) => open({ protocol })));
    renameSync(join(root, 'protocols'), join(base, `hidden ${count}`));
    const names = await Promise.all(['grandtest', 'print', 'mobile', 'highdef', 'photo', 'video', 'digitalphoto'].map((protocol) => open({ protocol })));
    expect(names.map(({ samples }) => samples)).toEqual(lists.map(({ samples }) => samples));
    expect(names[1]?.notes?.problems?.[0]).toBe('there is no attack-print-allsupports-devel.txt: its clips are selected by their names');
    expect(names[1]?.notes?.problems).toHaveLength(6);
    await expect(open({ protocol: 'smalltest' })).rejects.toThrow('holds no attack-smalltest-allsupports-train.txt');
  });

  it('suggests the protocol that was meant, with exit code 2', async () => {
    await expect(open({ protocol: 'grand-test' })).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(/its option protocol is 'grand-test', expected one of digitalphoto, .*; did you mean 'grandtest'\?$/),
    });
    await expect(open({ protocol: 1 })).rejects.toMatchObject({ exitCode: 2 });
    expect((await open({ protocol: 'Print' })).samples).toHaveLength(24);
  });

  it('reads lists with byte order marks, carriage returns, spaces, backslashes, without extension and without the folder of the split', async () => {
    list(
      'real-train.txt',
      '\ufefftrain/real/client001_session01_webcam_authenticate_adverse_1.mov \r\n\r\n.\\train\\real\\client001_session01_webcam_authenticate_adverse_2\r\nreal/client001_session01_webcam_authenticate_controlled_1.MOV',
    );
    const { samples, notes } = await open({ protocol: 'print' });
    expect(idsOf(samples, 'train').filter((id) => id.includes('/real/'))).toHaveLength(3);
    expect(notes?.problems).toEqual([]);
  });

  it('reports ways out of the root, nonsense, enrolments, clips that are not there, twice, of another split and of the other label', async () => {
    list(
      'real-train.txt',
      [
        '../../x.mov',
        'train/real/holiday.mov',
        'enroll/train/client001_session01_webcam_enroll_adverse.mov',
        'train/real/client099_session01_webcam_authenticate_adverse_1.mov',
        'train/real/client001_session01_webcam_authenticate_adverse_1.mov',
        'train/real/client001_session01_webcam_authenticate_adverse_1',
        'test/real/client009_session01_webcam_authenticate_adverse_1.mov',
        'train/attack/fixed/attack_print_client001_session01_highdef_photo_adverse.mov',
      ].join('\n'),
    );
    const { samples, notes } = await open({ protocol: 'video' });
    expect(idsOf(samples, 'train').filter((id) => !id.includes('_video_'))).toEqual([
      'test/real/client009_session01_webcam_authenticate_adverse_1.mov',
      'train/attack/fixed/attack_print_client001_session01_highdef_photo_adverse.mov',
      'train/real/client001_session01_webcam_authenticate_adverse_1.mov',
    ]);
    expect(notes?.missing).toEqual(['train/real/client099_session01_webcam_authenticate_adverse_1.mov']);
    expect(notes?.problems?.map((one) => one.replace('protocols/', ''))).toEqual([
      'real-test.txt line 1: test/real/client009_session01_webcam_authenticate_adverse_1.mov again, already in train',
      "real-train.txt line 1: '../../x.mov' leads outside the root: not read",
      "real-train.txt line 2: 'train/real/holiday.mov' is not the name of a clip",
      "real-train.txt line 3: 'enroll/train/client001_session01_webcam_enroll_adverse.mov' is not the name of a clip",
      'real-train.txt line 6: train/real/client001_session01_webcam_authenticate_adverse_1 again',
      'real-train.txt line 7: test/real/client009_session01_webcam_authenticate_adverse_1.mov is from test by its name: used as train',
      'real-train.txt line 8: train/attack/fixed/attack_print_client001_session01_highdef_photo_adverse.mov is live here, but an attack by its name: used as an attack',
    ]);
  });

  it('does not mind upper case, finds .face files beside clips too, and lists what fits no rule', async () => {
    renameSync(join(root, 'devel'), join(root, 'Devel'));
    renameSync(join(root, 'protocols'), join(root, 'PROTOCOLS'));
    renameSync(join(root, 'face-locations/train/real'), join(root, 'faces of train'));
    for (const name of ['adverse_1', 'adverse_2', 'controlled_1', 'controlled_2']) {
      const face = `client001_session01_webcam_authenticate_${name}.face`;
      renameSync(join(root, 'faces of train', face), join(root, 'train/real', face));
    }
    writeTree(root, ['train/real/client001_webcam.mov', 'train/attack/attack_print_client001_session01_highdef_photo_adverse.mov']);
    const { samples, notes } = await open();
    expect(samples).toHaveLength(72);
    expect(notes).toMatchObject({
      unmatched: ['train/attack/attack_print_client001_session01_highdef_photo_adverse.mov', 'train/real/client001_webcam.mov'],
      problems: [],
    });
  });

  it('reads boxes by frame; zeros are no face', async () => {
    const dataset = await open();
    const { frames } = (await dataset.faces?.(dataset.samples[0] as Sample)) ?? {};
    expect([frames?.size, frames?.has(5), frames?.get(6)]).toEqual([11, false, { box: { x: 26, y: 10, width: 24, height: 30 } }]);
  });
});
