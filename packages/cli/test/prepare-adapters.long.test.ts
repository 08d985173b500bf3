import { mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DomainReport, isIntact, verifyPrepared } from '@gradalign/datasets';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { celebaSpoofFixture } from '../../datasets/test/fixtures/celeba-spoof.ts';
import type { Fixture } from '../../datasets/test/fixtures/fixture.ts';
import { replayAttackPrint } from '../../datasets/test/fixtures/replay-attack.ts';
import { wmcaFixture } from '../../datasets/test/fixtures/wmca.ts';
import { hasFfmpeg, scratchFolder } from '../../datasets/test/prepare-videos.ts';
import { once } from './once.ts';
import { gradalign } from './run-gradalign.ts';

const folder = scratchFolder();

/** Writes the miniature, and lets `change` spoil it. */
function raw(name: string, fixture: Fixture, change: (file: (path: string) => string) => void = () => {}): string {
  const root = join(folder, name);
  mkdirSync(root);
  fixture.write(root);
  change((path) => join(root, path));
  return name;
}

/** Prepares a data set with the command, and checks what it wrote against its manifest. */
async function prepare(fixture: Fixture, root: string, out: string, ...more: string[]) {
  const set = Object.entries(fixture.options ?? {}).flatMap(([key, value]) => ['--set', `${key}=${value}`]);
  const {
    status,
    out: said,
    err,
  } = await gradalign(folder, ['data', 'prepare', '--use', fixture.use, '--root', root, '--out', out, '--json', ...set, ...more]);
  expect(said, err).not.toBe('');
  const report = (JSON.parse(said) as { domains: Record<string, DomainReport> }).domains[fixture.use] as DomainReport;
  const verified = await verifyPrepared(join(folder, out));
  expect(verified).toMatchObject({ crops: report.crops, intact: report.crops, videos: report.prepared });
  expect(isIntact(verified)).toBe(true);
  const [header = [], ...rows] = readFileSync(join(folder, out, 'manifest.csv'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(','));
  return { status, err, report, rows: rows.map((row) => Object.fromEntries(header.map((name, i) => [name, row[i] ?? '']))) };
}

const middleOf = async (path: string) => [...(await sharp(join(folder, path)).raw().toBuffer()).subarray(3 * (8 * 16 + 8), 3 * (8 * 16 + 8) + 3)];

describe('WMCA, by its HDF5 reader', () => {
  const whole = ['--faces', 'none', '--size', '16', '--format', 'png'];

  test('every fifth of 11 frames of each of 6 clips, in the order of their numbers: Frame_5 is (50, 100, 150)', async () => {
    const { status, report, rows } = await prepare(wmcaFixture, raw('wmca', wmcaFixture), 'wmca crops', ...whole);
    expect(status).toBe(0);
    expect(report).toMatchObject({ clips: 6, prepared: 6, crops: 18, framesWithoutFace: 0, broken: [], problems: [] });
    const row = rows.find(({ source, frame }) => source?.endsWith('098_01_035_3_13.hdf5') && frame === '5');
    expect(row).toMatchObject({ split: 'dev', label: 'attack', species: 'print', subject: '098', source_width: '6', source_height: '4', face_from: 'frame' });
    for (const { path = '', frame } of rows) {
      const red = 10 * Number(frame);
      expect(await middleOf(join('wmca crops', path))).toEqual([red, red + 50, red + 100]);
    }
  });

  test('a file that is empty, cut off or no HDF5, or lacks the channel, is a broken clip with its reason and ends with 1; the others are done', async () => {
    const root = raw('wmca broken', wmcaFixture, (file) => {
      writeFileSync(file('WMCA_preprocessed_RGB/face-station/31.01.18/098_01_035_3_13.hdf5'), '');
      writeFileSync(file('WMCA_preprocessed_RGB/face-station/27.02.18/019_01_063_4_07.hdf5'), 'a download page');
      truncateSync(file('WMCA_preprocessed_CDIT/face-station/31.01.18/514_01_035_1_05.hdf5'), 4000);
    });
    const { status, report, rows } = await prepare(wmcaFixture, root, 'thermal crops', ...whole, '--set', 'channel=thermal');
    expect(status).toBe(1);
    const reasons = report.broken.map(({ clip, reason }) => `${clip.slice(clip.lastIndexOf('/') + 1)}: ${reason}`);
    expect(reasons).toEqual([
      '514_01_035_1_05.hdf5: it cannot be opened as HDF5',
      '514_03_015_2_10.hdf5: its frames have 3 channels and no thermal',
      '019_01_063_4_07.hdf5: it cannot be opened as HDF5',
      '036_01_000_0_00.hdf5: its frames have 3 channels and no thermal',
      '098_01_035_3_13.hdf5: the file is empty',
    ]);
    expect(rows.map(({ source }) => source)).toEqual(Array(3).fill('WMCA_preprocessed_CDIT/face-station/31.01.18/035_01_000_0_01.hdf5'));
  });
});

describe('CelebA-Spoof, by its box files', () => {
  const boxes = ['--faces', 'annotation', '--size', '16'];

  test('each image is a clip of one frame; 56 60 112 120 in 224 x 224 is 6 8.57 12 17.14 in 24 x 32', async () => {
    const { status, report, rows } = await prepare(celebaSpoofFixture, raw('celeba', celebaSpoofFixture), 'celeba crops', ...boxes, '--frames', 'ssdg');
    expect(status).toBe(0);
    expect(report).toMatchObject({ clips: 8, prepared: 8, crops: 8, framesWithoutFace: 0, problems: [] });
    expect(new Set(rows.map(({ face_box }) => face_box))).toEqual(new Set(['6 8.57 12 17.14']));
    expect(rows.find(({ source }) => source === 'Data/train/1/spoof/000186.png')).toMatchObject({
      path: 'celeba-spoof/train/attack/replay/phone/000186/00000.jpg',
      subject: '1',
      session: 'outdoor/back',
      face_from: 'annotation',
      face_score: '0.9994775',
    });
  });

  test('a box file that is empty, missing, nonsense or wholly outside leaves its image without a face and is reported by name; one partly outside is cropped', async () => {
    const root = raw('celeba odd', celebaSpoofFixture, (file) => {
      writeFileSync(file('Data/train/1/live/000184_BB.txt'), '');
      rmSync(file('Data/train/1/spoof/000185_BB.txt'));
      writeFileSync(file('Data/train/1/spoof/000186_BB.txt'), '56 60 nan 120 0.9\n');
      writeFileSync(file('Data/train/10/live/000403_BB.txt'), '-200 60 112 120 0.9\n');
      writeFileSync(file('Data/train/10/spoof/000500_BB.txt'), '-56 -7 112 120 0.9\n');
      // A link to one file: others keep their content.
      rmSync(file('Data/test/4930/live/548560.jpg'));
      writeFileSync(file('Data/test/4930/live/548560.jpg'), '');
    });
    const { status, report, rows, err } = await prepare(celebaSpoofFixture, root, 'celeba odd crops', ...boxes);
    expect(status).toBe(1);
    expect(report.withoutFace).toMatchObject([
      { clip: 'Data/train/1/live/000184.jpg', reason: 'the data set has no face for this frame' },
      { clip: 'Data/train/1/spoof/000185.png', reason: 'the data set has no face for this frame' },
      { clip: 'Data/train/1/spoof/000186.png', reason: 'the data set has no face for this frame' },
      { clip: 'Data/train/10/live/000403.jpg', reason: 'its box (-21.43, 8.57, 12 x 17.14) lies outside the frame of 24 x 32' },
    ]);
    expect(report.broken).toMatchObject([{ clip: 'Data/test/4930/live/548560.jpg', reason: 'the file is empty' }]);
    expect(report.problems.map(({ clip, reason }) => `${clip.slice(-10)} ${reason}`)).toEqual([
      '000184.jpg annotation: the file is empty',
      '000185.png annotation: the image has no _BB.txt file',
      "000186.png annotation: line 1: '56 60 nan 120 0.9', expected x y w h score",
      '000403.jpg annotation: line 1: the box -200 60 112 120 extends beyond the image',
      '000500.png annotation: line 1: the box -56 -7 112 120 extends beyond the image',
    ]);
    expect(err).toContain('warning: 4 clips have no face in any frame');
    expect(rows.find(({ source }) => source?.endsWith('000500.png'))).toMatchObject({ face_box: '0 0 6 16.14' });
  });
});

describe.skipIf(!hasFfmpeg)('Replay-Attack, by its .face files', () => {
  const clip = 'train/real/client001_session01_webcam_authenticate_adverse_1.mov';
  const face = `face-locations/${clip.replace('.mov', '.face')}`;
  const settings = ['--size', '16', '--frames', 'even=2', '--detector', 'tiny', '--min-score', '0.99', '--workers', '2'];

  const problem = { clip, reason: `annotation: ${face}: the file is empty` };

  /** One of the three people, whose first clip has an empty .face file. */
  const spoilt = once(async () =>
    raw('replay', replayAttackPrint, (file) => {
      writeFileSync(file(face), '');
      for (const split of ['devel', 'test']) rmSync(file(split), { recursive: true });
    }),
  );

  test('the clip of a .face file of zero bytes is reported to have no face, with the file’s name; --strict makes that 1', async () => {
    const strict = await prepare(replayAttackPrint, await spoilt(), 'replay crops', ...settings, '--faces', 'annotation', '--strict');
    expect(strict.status).toBe(1);
    expect(strict.report).toMatchObject({
      clips: 8,
      prepared: 7,
      crops: 14,
      frames: 16,
      framesWithoutFace: 2,
      withoutFace: [{ clip, reason: 'the data set has no face for this frame' }],
      broken: [],
      problems: [problem],
    });
    expect(strict.err).toContain('warning: 1 clip has no face in any frame and no crops');
    expect(new Set(strict.rows.map(({ face_box }) => face_box))).toEqual(new Set(['23 10 24 30', '29 10 24 30']));
  });

  test('with --faces auto the detector looks for the face that a .face file of zero bytes does not give', async () => {
    const auto = await prepare(replayAttackPrint, await spoilt(), 'replay auto', ...settings, '--faces', 'auto');
    expect(auto.report).toMatchObject({ prepared: 7, withoutFace: [{ clip, reason: 'the detector finds none' }], problems: [problem] });
  });
});
