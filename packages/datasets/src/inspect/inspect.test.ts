import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createSeed } from '@gradalign/core';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDataset } from '../../test/dataset-conformance.ts';
import { wmcaFixture } from '../../test/fixtures/wmca.ts';
import { clipDataset, countingVideo, hasFfmpeg } from '../../test/prepare-videos.ts';
import { recaptured } from '../adapters/own/recaptured.ts';
import { rotatedMnist } from '../adapters/own/rotated-mnist.ts';
import { imageFolder } from '../adapters/prepared/image-folder.ts';
import { wmca } from '../adapters/raw/wmca.ts';
import type { NamedDataset } from './clips.ts';
import { contactSheet } from './contact-sheet.ts';
import { type Inspection, inspectDatasets } from './inspect-datasets.ts';
import { renderInspection } from './render-inspection.ts';

let root: string;
let entries: NamedDataset[];

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'inspect ü '));
  await writeOulu();
  await writeMsu();
  entries = [await open('oulu'), await open('msu')];
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

async function open(domain: string): Promise<NamedDataset> {
  return { domain, dataset: await imageFolder.create({ root }, { seed: createSeed(0), domain, folder: root }) };
}

function plain(color: string, width = 32, height = 24): Sharp {
  return sharp({ create: { width, height, channels: 3, background: color } });
}

async function write(path: string, image: Sharp): Promise<string> {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  await (path.endsWith('.png') ? image.png() : image.jpeg()).toFile(file);
  return file;
}

/** Four clips that can be read, s2 on both sides, and every kind of image that cannot be read. */
async function writeOulu(): Promise<void> {
  for (const frame of [1, 2, 3]) await write(`oulu/train/live/s1_a/${frame}.jpg`, plain('#00ff00'));
  await write('oulu/train/live/李_b/1.png', plain('#00ff00'));
  for (const frame of [1, 2]) await write(`oulu/train/attack/print/s2_c/${frame}.jpg`, plain('#ff0000'));
  await write('oulu/test/attack/replay/ipad/s2_d/1.jpg', plain('#0000ff'));
  writeFileSync(join(root, 'oulu/test/notes.txt'), 'hello');
  mkdirSync(join(root, 'oulu/test/live/bad'), { recursive: true });
  writeFileSync(join(root, 'oulu/test/live/bad/empty.jpg'), '');
  writeFileSync(join(root, 'oulu/test/live/bad/text.png'), 'this is no picture');
  await write('oulu/test/live/bad/tiny.png', plain('#000000', 4, 30));
  const noise = sharp({ create: { width: 64, height: 64, channels: 3, background: '#808080', noise: { type: 'gaussian', mean: 128, sigma: 60 } } });
  const cut = await write('oulu/test/live/bad/cut.jpg', noise);
  truncateSync(cut, Math.floor(readFileSync(cut).length / 2));
  const mangled = await write('oulu/test/live/bad/mangled.png', noise);
  const bytes = readFileSync(mangled);
  writeFileSync(mangled, bytes.fill(0, 100, bytes.length - 100));
  const cutPng = await write('oulu/test/live/bad/cut.png', noise);
  truncateSync(cutPng, Math.floor(readFileSync(cutPng).length / 2));
}

/** Odd, but pictures: grayscale, CMYK, 16 bits, turned by EXIF, transparent. Each stands alone. */
async function writeMsu(): Promise<void> {
  await write('msu/test/live/gray.jpg', plain('#909090').grayscale());
  await write('msu/test/live/cmyk.jpg', plain('#00ff00').toColorspace('cmyk'));
  await write('msu/test/live/deep.png', plain('#00ff00').toColorspace('rgb16'));
  await write('msu/test/live/turned.jpg', plain('#00ff00', 48, 16).withMetadata({ orientation: 6 }));
  await write('msu/test/attack/mask/clear.png', sharp({ create: { width: 16, height: 16, channels: 4, background: { r: 255, g: 0, b: 0, alpha: 0.5 } } }));
}

describe('inspection', () => {
  let inspection: Inspection;
  const progress: string[] = [];
  beforeAll(async () => {
    inspection = await inspectDatasets(entries, { onProgress: (done, total) => progress.push(`${done}/${total}`) });
  });

  it('counts clips and images by split and label, and clips by species', () => {
    expect(inspection.domains['oulu']?.clips).toEqual({ train: { live: 2, attack: 1 }, test: { live: 1, attack: 1 } });
    expect(inspection.domains['oulu']?.images).toEqual({ train: { live: 4, attack: 2 }, test: { live: 6, attack: 1 } });
    expect(inspection.domains['oulu']?.species).toEqual({ print: 1, 'replay/ipad': 1 });
  });

  it('counts images that stand alone as clips', () => {
    expect(inspection.domains['msu']).toMatchObject({ clips: { test: { live: 4, attack: 1 } }, species: { mask: 1 }, withoutSubject: 5 });
  });

  it('counts subjects by split and names those in more than one', () => {
    expect(inspection.domains['oulu']).toMatchObject({
      subjects: { train: 3, test: 1 },
      sharedSubjects: [{ subject: 's2', splits: ['train', 'test'] }],
      withoutSubject: 1,
    });
  });

  it('names each image that cannot be used, with the reason', () => {
    const reasons = inspection.domains['oulu']?.broken?.map(({ id, reason }) => [id.slice('test/live/bad/'.length), reason]);
    expect(reasons).toEqual([
      ['cut.jpg', 'the file is truncated: its end is missing'],
      ['cut.png', 'the file is truncated: its end is missing'],
      ['empty.jpg', 'the file is empty'],
      ['mangled.png', expect.stringMatching(/^the file is damaged/)],
      ['text.png', 'its content is of no known image format'],
      ['tiny.png', 'the image is 4 x 30 pixels, smaller than 8 on a side'],
    ]);
    expect(inspection.domains['oulu']?.broken?.[2]?.path).toBe(join(root, 'oulu/test/live/bad/empty.jpg'));
  });

  it('can read grayscale, CMYK, 16 bits, EXIF turns and transparency', () => {
    expect(inspection.domains['msu']?.broken).toEqual([]);
  });

  it('reports progress over all data sets', () => {
    expect(progress).toEqual(Array.from({ length: 18 }, (_, i) => `${i + 1}/18`));
  });

  it('is plain JSON in the shape that is promised', () => {
    expect(JSON.parse(JSON.stringify(inspection))).toEqual(inspection);
    expect(inspection.domains['oulu']).toMatchObject({ unmatched: ['test/notes.txt'], missing: [] });
  });

  it('is printed as text', () => {
    expect(renderInspection(inspection, { lines: 2 }).split('\n')).toEqual([
      'oulu: 13 images in 5 clips',
      '  split          live        attack  subjects',
      '  train  2 (4 images)  1 (2 images)         3',
      '  test   1 (6 images)             1         1',
      '  species, in clips: print 1, replay/ipad 1',
      '  1 clip without a known subject',
      '  1 subject in more than one split:',
      '    s2 (train, test)',
      '  1 file that matches no naming rule:',
      '    test/notes.txt',
      '  6 images that cannot be used:',
      expect.stringContaining('    test/live/bad/cut.jpg: the file is truncated'),
      expect.stringContaining('    test/live/bad/cut.png: the file is truncated'),
      '    and 4 more',
      '',
      'msu: 5 images in 5 clips',
      '  split  live  attack  subjects',
      '  test      4       1         0',
      '  species, in clips: mask 1',
      '  5 clips without a known subject',
      '  to consider:',
      '    all of it is split test: to use it as a source, set data.splits.source: [test]',
      '  every image can be read',
    ]);
  });

  it('opens no file where that is not wanted', async () => {
    const quick = await inspectDatasets(entries, { checkImages: false });
    expect(quick.domains['oulu']).not.toHaveProperty('broken');
    expect(quick.domains['oulu']?.clips).toEqual(inspection.domains['oulu']?.clips);
    expect(renderInspection(quick)).not.toContain('can be read');
  });

  it('can be interrupted', async () => {
    const controller = new AbortController();
    const interrupted = inspectDatasets(entries, { signal: controller.signal, onProgress: () => controller.abort() });
    await expect(interrupted).rejects.toThrow('aborted');
  });

  it('serves any classes: ten digits have no species', async () => {
    const dataset = await rotatedMnist.create({ angle: 15, limit: 20, shuffleSeed: 0 }, { seed: createSeed(0), domain: 'd', folder: root });
    const { domains } = await inspectDatasets([{ domain: 'd', dataset }]);
    expect(domains['d']?.species).toEqual({});
    expect(domains['d']?.broken).toEqual([]);
    expect(Object.values(domains['d']?.clips['test'] ?? {}).reduce((sum, n) => sum + n, 0)).toBe(4);
  });
});

describe('contact sheet', () => {
  const side = 40;
  const pixel = async (png: Buffer, x: number, y: number) => [
    ...(await sharp(png).extract({ left: x, top: y, width: 1, height: 1 }).removeAlpha().raw().toBuffer()),
  ];
  /** The middle of a picture: rows and columns from 0. */
  const middle = (row: number, column: number): [number, number] => [12 + 190 + column * (side + 4) + side / 2, 12 + row * (side + 4) + side / 2];

  it('has a row for each domain and label, attacks by species, and pictures whose colors are those of the files', async () => {
    const png = await contactSheet(entries, { columns: 4, side });
    const { width, height, format } = await sharp(png).metadata();
    // Rows: oulu live, print, replay/ipad; msu live, mask.
    expect([format, width, height]).toEqual(['png', 12 + 190 + 4 * 44 - 4 + 12, 12 + 5 * 44 - 4 + 12]);
    const near = (actual: number[], expected: number[]) =>
      expect(
        actual.every((value, i) => Math.abs(value - (expected[i] as number)) < 24),
        `${actual} for ${expected}`,
      ).toBe(true);
    // Clips by id: test/live/bad, train/live/s1_a, train/live/李_b.
    near(await pixel(png, ...middle(0, 1)), [0, 255, 0]);
    near(await pixel(png, ...middle(0, 2)), [0, 255, 0]);
    near(await pixel(png, ...middle(1, 0)), [255, 0, 0]);
    near(await pixel(png, ...middle(2, 0)), [0, 0, 255]);
    // cmyk, deep, gray, turned: 16 wide and 48 high once it is turned, so that it has paper on both sides.
    near(await pixel(png, ...middle(3, 1)), [0, 255, 0]);
    near(await pixel(png, ...middle(3, 2)), [144, 144, 144]);
    near(await pixel(png, ...middle(3, 3)), [0, 255, 0]);
    const [x, y] = middle(3, 3);
    near(await pixel(png, x - 15, y), [222, 222, 218]);
    near(await pixel(png, ...middle(4, 0)), [255, 0, 0]);
  });

  it('crosses out what cannot be read', async () => {
    const [{ dataset }] = entries as [NamedDataset];
    const bad = { ...dataset, samples: dataset.samples.filter(({ id }) => id.endsWith('text.png')) };
    const png = await contactSheet([{ domain: 'oulu', dataset: bad }], { columns: 1, side });
    const [x, y] = middle(0, 0);
    const [red, green, blue] = await pixel(png, x, y);
    expect([(red ?? 0) > 150, (green ?? 255) < 130, (blue ?? 255) < 130]).toEqual([true, true, true]);
    expect(await pixel(png, x, y - 15)).toEqual([222, 222, 218]);
  });

  it('is the same for the same data, whatever the order of the samples', async () => {
    const shuffled = entries.map(({ domain, dataset }) => ({
      domain,
      dataset: { ...dataset, samples: createSeed(1).stream('s').at().shuffle(dataset.samples) },
    }));
    expect(await contactSheet(shuffled, { side })).toEqual(await contactSheet(entries, { side }));
  });

  it.skipIf(!hasFfmpeg)('of whole videos has a row for each split, class and species, and the middle frames, turned upright: 10 of 20 is gray 50', async () => {
    countingVideo(join(root, 'videos/a.mov'));
    writeFileSync(join(root, 'videos/empty.mov'), '');
    const clip = join(root, 'videos/a.mov');
    const dataset = clipDataset([
      { id: 'a', clip },
      { id: 'b', clip, label: 0, species: 'print', turn: 90 },
      { id: 'c', clip, label: 0, species: 'print', firstFrames: 8 },
      { id: 'd', clip: join(root, 'videos/empty.mov'), label: 0, species: 'replay', split: 'test' },
      { id: 'e', clip, split: 'test' },
    ]);
    const seen: string[] = [];
    const png = await contactSheet([{ domain: 'videos', dataset }], { columns: 2, side, onProgress: (done, total) => seen.push(`${done}/${total}`) });
    // Rows: train live, train attack print, test live, test attack replay.
    expect((await sharp(png).metadata()).height).toBe(12 + 4 * 44 - 4 + 12);
    expect(seen).toEqual(['1/5', '2/5', '3/5', '4/5', '5/5']);
    const [x, y] = middle(0, 0);
    const corners = async (row: number, column: number) => {
      const [left, top] = middle(row, column);
      return Promise.all([-9, 9].flatMap((dy) => [-9, 9].map(async (dx) => (await pixel(png, left + dx, top + dy))[0])));
    };
    expect(await pixel(png, x, y - 18)).toEqual([222, 222, 218]);
    expect(await corners(0, 0)).toEqual([255, 50, 50, 50]);
    expect(await corners(1, 0)).toEqual([50, 255, 50, 50]);
    expect(await corners(1, 1)).toEqual([255, 26, 26, 26]);
    expect(await corners(2, 0)).toEqual([255, 50, 50, 50]);
    expect((await pixel(png, ...middle(3, 0)))[1]).toBeLessThan(130);
  });

  it("of clips in HDF5 is made by the data set's own reader: of 11 frames the sixth, (50, 100, 150)", async () => {
    const folder = join(root, 'hdf5');
    mkdirSync(folder);
    wmcaFixture.write(folder);
    const png = await contactSheet([{ domain: 'wmca', dataset: await openDataset(wmca, folder) }], { columns: 1, side });
    for (let row = 0; row < 6; row++) expect(await pixel(png, ...middle(row, 0))).toEqual([50, 100, 150]);
  });

  it('of attacks that are made of live faces shows what training sees: a print in lines of ink, not the even gray of the file', async () => {
    await write('faces/anna.png', plain('#808080', 64, 64));
    const options = { keepLive: true, liveThroughCamera: false, kinds: ['print'], screen: ['line'], halftone: [1, 1], period: [8, 8] };
    const dataset = await openDataset(recaptured, join(root, 'faces'), options);
    const png = await contactSheet([{ domain: 'faces', dataset }], { columns: 1, side: 64 });
    const deviation = async (row: number) => {
      const cell = await sharp(png)
        .extract({ left: 12 + 190, top: 12 + row * 68, width: 64, height: 64 })
        .removeAlpha()
        .raw()
        .toBuffer();
      const mean = cell.reduce((sum, value) => sum + value, 0) / cell.length;
      return Math.sqrt(cell.reduce((sum, value) => sum + (value - mean) ** 2, 0) / cell.length);
    };
    expect(await deviation(0)).toBe(0);
    expect(await deviation(1)).toBeGreaterThan(10);
    expect(await contactSheet([{ domain: 'faces', dataset }], { columns: 1, side: 64 })).toEqual(png);
  });

  it('of no data is an empty page', async () => {
    expect((await sharp(await contactSheet([])).metadata()).format).toBe('png');
  });
});
