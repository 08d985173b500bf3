import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Sample } from '@gradalign/core';
import sharp from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';
import { clipDataset, countingVideo, everyFrame, ffmpeg, frameOfLevel, hasFfmpeg, scratchFolder, writeBrokenVideos } from '../../test/prepare-videos.ts';
import { imageFolder } from '../adapters/prepared/image-folder.ts';
import type { Face, FaceAnnotation } from '../faces/face.ts';
import { parseCsv } from '../on-disk/parse-csv.ts';
import { cropConvention } from './crop-convention.ts';
import { parseFrameChoice } from './frame-choice.ts';
import { type PrepareOptions, prepareDatasets, type RawDomain } from './prepare-datasets.ts';
import { isIntact, verifyPrepared } from './verify-prepared.ts';

const folder = scratchFolder();
const raw = join(folder, 'raw');
const file = (name: string) => join(raw, name);
let outs = 0;
const newOut = () => join(folder, `out ${outs++}`);

/** The lower right quarter, which tells the frame. */
const face: Face = { box: { x: 40, y: 28, width: 16, height: 16 } };
const clips = [
  { id: 'real/anna_1.mov', clip: file('anna 1.mov'), subject: 'anna', device: 'phone', session: 's1' },
  { id: 'fake/anna_1.mov', clip: file('anna 1.mov'), label: 0, species: 'replay/ipad', subject: 'anna' },
  { id: 'fake/björn "b", 张伟.mov', clip: file('björn.mov'), label: 0, split: 'test', species: 'print' },
] as const;

function options(
  out: string,
  more: Partial<PrepareOptions> = {},
  faces: ((sample: Sample) => FaceAnnotation) | undefined = () => everyFrame(face),
): PrepareOptions {
  return {
    out,
    domains: [{ domain: 'tiny', dataset: clipDataset(clips, faces), use: 'test', options: { protocol: 1 } }],
    frames: parseFrameChoice('every=5'),
    faces: 'annotation',
    convention: cropConvention('safas', { size: 16 }),
    format: { kind: 'png', quality: 95 },
    workers: 0,
    ...more,
  };
}

const withClips = (more: Parameters<typeof clipDataset>[0], faces: (sample: Sample) => FaceAnnotation = () => everyFrame(face)) => ({
  domains: [{ domain: 'tiny', dataset: clipDataset(more, faces), use: 'test', options: {} }],
});

function table(out: string): Record<string, string>[] {
  const [header = [], ...rows] = parseCsv(readFileSync(join(out, 'manifest.csv'), 'utf8'), 'manifest.csv').map(({ fields }) => fields);
  return rows.map((row) => Object.fromEntries(header.map((name, i) => [name, row[i] ?? ''])));
}

const levelOf = async (path: string) => (await sharp(path).raw().toBuffer())[3 * (8 * 16 + 8)] as number;
const contents = (out: string) =>
  Object.fromEntries(
    (readdirSync(out, { recursive: true, encoding: 'utf8' }) as string[])
      .filter((name) => statSync(join(out, name)).isFile() && !name.includes('.preparation'))
      .map((name) => [name, readFileSync(join(out, name)).toString('base64')]),
  );

describe.skipIf(!hasFfmpeg)('preparing raw videos', () => {
  beforeAll(() => {
    countingVideo(file('anna 1.mov'));
    countingVideo(file('björn.mov'), { frames: 7 });
  });

  test('writes the plain layout, a manifest with everything, and what the crops show is what it says', async () => {
    const out = newOut();
    const report = await prepareDatasets(options(out));
    expect(report.domains['tiny']).toMatchObject({ clips: 3, prepared: 3, crops: 10, framesWithoutFace: 0, withoutFace: [], broken: [] });
    const rows = table(out);
    expect(rows.map(({ path, frame }) => [path, frame])).toEqual([
      ...[0, 5, 10, 15].map((n) => [`tiny/train/attack/replay/ipad/anna_1/${String(n).padStart(5, '0')}.png`, String(n)]),
      ...[0, 5].map((n) => [`tiny/test/attack/print/björn _b_, 张伟/${String(n).padStart(5, '0')}.png`, String(n)]),
      ...[0, 5, 10, 15].map((n) => [`tiny/train/live/anna_1/${String(n).padStart(5, '0')}.png`, String(n)]),
    ]);
    expect(rows.at(-1)).toMatchObject({
      domain: 'tiny',
      split: 'train',
      label: 'live',
      species: '',
      subject: 'anna',
      video: 'train/live/anna_1',
      frame: '15',
      box: '',
      device: 'phone',
      session: 's1',
      source: 'real/anna_1.mov',
      source_bytes: String(statSync(file('anna 1.mov')).size),
      source_width: '64',
      source_height: '48',
      face_from: 'annotation',
      face_box: '40 28 16 16',
      face_score: '',
      crop: 'safas',
      margin: '0',
      size: '16',
    });
    for (const { path = '', frame } of rows) expect(frameOfLevel(await levelOf(join(out, path)))).toBe(Number(frame));
    expect(isIntact(await verifyPrepared(out))).toBe(true);
    const dataset = await imageFolder.create({ root: out, domain: 'tiny' }, { seed: undefined as never, domain: 'tiny', folder: '/' });
    expect(dataset.samples.map(({ label, species, video, frame }) => [label, species, video, frame])).toContainEqual([
      0,
      'replay/ipad',
      'train/attack/replay/ipad/anna_1',
      10,
    ]);
    expect(dataset.samples).toHaveLength(10);
  });

  test('run again it changes nothing, and the files do not depend on the number of workers', async () => {
    const [one, other] = [newOut(), newOut()];
    await prepareDatasets(options(one, { format: { kind: 'jpeg', quality: 90 } }));
    await prepareDatasets(options(other, { format: { kind: 'jpeg', quality: 90 }, workers: 3 }));
    expect(contents(other)).toEqual(contents(one));
    const before = statSync(join(one, 'manifest.csv')).mtimeMs;
    const journal = readFileSync(join(one, '.preparation/tiny.jsonl'), 'utf8');
    await prepareDatasets(options(one, { format: { kind: 'jpeg', quality: 90 }, workers: 2 }));
    expect(contents(one)).toEqual(contents(other));
    expect(statSync(join(one, 'manifest.csv')).mtimeMs).toBe(before);
    expect(readFileSync(join(one, '.preparation/tiny.jsonl'), 'utf8')).toBe(journal);
  });

  test('interrupted after one clip it goes on with the others, and ends as if it had not been', async () => {
    const [out, whole] = [newOut(), newOut()];
    await prepareDatasets(options(whole));
    const interrupt = new AbortController();
    let done = 0;
    const reporter = { notice: () => {}, warn: () => {}, progress: () => ++done === 1 && interrupt.abort() };
    await expect(prepareDatasets(options(out, { reporter: reporter as never, signal: interrupt.signal }))).rejects.toThrow('abort');
    expect(existsSync(join(out, 'manifest.csv'))).toBe(false);
    const first = join(out, 'tiny/train/attack/replay/ipad/anna_1/00000.png');
    const before = statSync(first).mtimeMs;
    // A process that is killed leaves a torn line, a half file and its lock.
    appendFileSync(join(out, '.preparation/tiny.jsonl'), '{"id":"fake/bj');
    mkdirSync(join(out, 'tiny/train/live/anna_1'), { recursive: true });
    writeFileSync(join(out, 'tiny/train/live/anna_1/00003.png.tmp'), 'half');
    const child = spawn(process.execPath, ['-e', '']);
    await once(child, 'exit');
    writeFileSync(join(out, '.lock'), JSON.stringify({ pid: child.pid, host: hostname() }));
    await prepareDatasets(options(out));
    expect(contents(out)).toEqual(contents(whole));
    expect(statSync(first).mtimeMs).toBe(before);
  });

  test('a crop that was removed comes back, a source that has changed is done again', async () => {
    const out = newOut();
    copyFileSync(file('anna 1.mov'), file('changing.mov'));
    const changing = withClips([{ id: 'changing.mov', clip: file('changing.mov') }]);
    await prepareDatasets(options(out, changing));
    const manifest = readFileSync(join(out, 'manifest.csv'), 'utf8');
    rmSync(join(out, 'tiny/train/live/changing/00005.png'));
    await prepareDatasets(options(out, changing));
    expect(readFileSync(join(out, 'manifest.csv'), 'utf8')).toBe(manifest);
    expect(isIntact(await verifyPrepared(out))).toBe(true);
    copyFileSync(file('björn.mov'), file('changing.mov'));
    await prepareDatasets(options(out, changing));
    expect(table(out)).toHaveLength(2);
    expect(isIntact(await verifyPrepared(out))).toBe(true);
  });

  test('other settings are refused by name, --force starts anew, another data set goes beside', async () => {
    const out = newOut();
    await prepareDatasets(options(out));
    const wider = options(out, { convention: cropConvention('safas', { size: 16, margin: 0.5 }), frames: parseFrameChoice('even=2') });
    await expect(prepareDatasets(wider)).rejects.toThrow(
      'it was prepared there with other settings: frames was "every=5", now "even=2"; crop.margin was 0, now 0.5, expected the same settings',
    );
    expect(table(out)).toHaveLength(10);
    await prepareDatasets({ ...wider, force: true });
    expect(table(out)).toHaveLength(6);
    const [{ dataset }] = options(out).domains as readonly [RawDomain];
    await prepareDatasets({ ...wider, domains: [{ domain: 'another', dataset, use: 'test', options: {} }] });
    expect(table(out).map(({ domain }) => domain)).toEqual([...Array(6).fill('another'), ...Array(6).fill('tiny')]);
    expect(Object.keys(JSON.parse(readFileSync(join(out, 'report.json'), 'utf8')).domains)).toEqual(['another', 'tiny'].sort());
    expect(isIntact(await verifyPrepared(out))).toBe(true);
  });

  test('what is not ours is not touched: a folder of that name, the raw data themselves', async () => {
    const out = newOut();
    mkdirSync(join(out, 'tiny'), { recursive: true });
    writeFileSync(join(out, 'tiny/precious.txt'), 'mine');
    await expect(prepareDatasets(options(out, { force: true }))).rejects.toThrow('was not made by data prepare');
    expect(readFileSync(join(out, 'tiny/precious.txt'), 'utf8')).toBe('mine');
    const [domain] = options(out).domains as readonly [RawDomain];
    const inside = (root: string, where: string) => prepareDatasets(options(where, { domains: [{ ...domain, root }] }));
    await expect(inside(raw, raw)).rejects.toThrow('it lies inside the raw data');
    await expect(inside(raw, join(raw, 'crops'))).rejects.toThrow('expected a folder outside it');
    await expect(prepareDatasets(options(newOut(), { domains: [{ ...domain, domain: '../up' }] }))).rejects.toThrow('cannot be the name of a folder');
  });

  test('two at a time in one folder: the second is refused', async () => {
    const out = newOut();
    const first = prepareDatasets(options(out));
    await expect(prepareDatasets(options(out))).rejects.toThrow(`process ${process.pid} on ${hostname()} is running in it`);
    await first;
    expect(table(out)).toHaveLength(10);
  });
});

describe.skipIf(!hasFfmpeg)('clips that are not as they should be', () => {
  beforeAll(() => {
    countingVideo(file('good.mov'));
    writeBrokenVideos(raw);
  });

  test('broken ones are listed with a reason each, and the others are done', async () => {
    const out = newOut();
    const names = ['cut.avi', 'good.mov', 'no bytes.mp4', 'no frames.avi', 'nowhere.mov', 'sound.mp4'];
    const report = await prepareDatasets(options(out, { ...withClips(names.map((id) => ({ id, clip: file(id) }))), workers: 2 }));
    const { broken, prepared } = report.domains['tiny'] as never as { broken: { clip: string; reason: string }[]; prepared: number };
    expect(prepared).toBe(1);
    expect(broken.map(({ clip }) => clip)).toEqual(names.filter((name) => name !== 'good.mov'));
    const reasons = broken.map(({ reason }) => reason).join('\n');
    expect(reasons).toMatch(/^it is cut off.*\nthe file is empty\nit has no (frames|video).*\nthe file does not exist\nit has sound but no video$/);
    expect(JSON.parse(readFileSync(join(out, 'report.json'), 'utf8'))).toEqual(report);
    expect(readdirSync(join(out, 'tiny/train/live'))).toEqual(['good']);
    // A clip that is mended is done the next time.
    copyFileSync(file('good.mov'), file('nowhere.mov'));
    const again = await prepareDatasets(options(out, withClips(names.map((id) => ({ id, clip: file(id) })))));
    expect(again.domains['tiny']).toMatchObject({ prepared: 2 });
  });

  test('a clip without a face is reported with the reason, frames without one are counted', async () => {
    const out = newOut();
    const half: FaceAnnotation = {
      frames: new Map([
        [0, face],
        [10, face],
      ]),
      problems: ['line 3: 2 numbers, expected 4'],
    };
    const none: FaceAnnotation = { frames: new Map(), problems: ['the file is empty'] };
    const outside = everyFrame({ box: { x: -30, y: 5, width: 20, height: 20 } });
    const answers: Record<string, FaceAnnotation> = { half, none, outside };
    const report = await prepareDatasets(
      options(
        out,
        withClips(
          Object.keys(answers).map((id) => ({ id, clip: file('good.mov') })),
          ({ id }) => answers[id] as FaceAnnotation,
        ),
      ),
    );
    expect(report.domains['tiny']).toMatchObject({
      prepared: 1,
      crops: 2,
      frames: 12,
      framesWithoutFace: 10,
      withoutFace: [
        { clip: 'none', reason: 'the data set has no face for this frame', split: 'train', label: 'live', frames: 4 },
        { clip: 'outside', reason: 'its box (-30, 5, 20 x 20) lies outside the frame of 64 x 48' },
      ],
      broken: [],
      problems: [
        { clip: 'half', reason: 'annotation: line 3: 2 numbers, expected 4' },
        { clip: 'none', reason: 'annotation: the file is empty' },
      ],
    });
  });

  test('boxes in another frame size are scaled: 224 x 224 in a frame of 64 x 48', async () => {
    const out = newOut();
    const told = everyFrame({ box: { x: 140, y: 130.67, width: 56, height: 74.67 } }, { size: { width: 224, height: 224 } });
    await prepareDatasets(
      options(
        out,
        withClips([{ id: 'good.mov', clip: file('good.mov') }], () => told),
      ),
    );
    expect(table(out)[0]).toMatchObject({ face_box: '40 28 16 16' });
  });

  test('the same clip twice is prepared once, one with two labels or splits not at all', async () => {
    const out = newOut();
    const clip = file('good.mov');
    const listed = [
      { id: 'a', clip },
      { id: 'a', clip },
      { id: 'b', clip },
      { id: 'b', clip, label: 0 },
      { id: 'c', clip },
      { id: 'c', clip, split: 'test' as const },
    ];
    const report = await prepareDatasets(options(out, withClips(listed)));
    expect(report.domains['tiny']).toMatchObject({
      clips: 3,
      prepared: 1,
      crops: 4,
      broken: [
        { clip: 'b', reason: 'it is listed as live in train and as attack in train' },
        { clip: 'c', reason: 'it is listed as live in train and as live in test' },
      ],
      problems: [{ clip: '', reason: 'a is listed 2 times: prepared once' }],
    });
  });

  test('whole frames are the crops of faces none, also under an aligned convention', async () => {
    const out = newOut();
    const settings = {
      ...withClips([{ id: 'good.mov', clip: file('good.mov') }]),
      faces: 'none' as const,
      convention: cropConvention('ssdg', { size: 16, square: false }),
    };
    await prepareDatasets(options(out, settings));
    expect(table(out)[0]).toMatchObject({ face_from: 'frame', face_box: '0 0 64 48', align: 'none', margin: '0' });
  });

  test('a turn and a limit of the data set count: frames of the first 8 only, upright', async () => {
    const out = newOut();
    await prepareDatasets(
      options(
        out,
        withClips([{ id: 'a', clip: file('good.mov'), turn: 90, firstFrames: 8 }], () => everyFrame({ box: { x: 0, y: 0, width: 48, height: 64 } })),
      ),
    );
    expect(table(out).map(({ frame, source_width, source_height }) => [frame, source_width, source_height])).toEqual([
      ['0', '48', '64'],
      ['5', '48', '64'],
    ]);
  });

  test('pixels of 4:3 are made square: annotations move along, and what was done is in the manifest and counted in the report', async () => {
    ffmpeg('-i', file('anna 1.mov'), '-vf', 'setsar=4/3', '-c:v', 'png', '-metadata:s:v', 'rotate=0', file('wide.mkv'));
    const clip = { id: 'wide.mkv', clip: file('wide.mkv') };
    const out = newOut();
    const { domains } = await prepareDatasets(options(out, withClips([clip, { id: 'turned.mov', clip: file('anna 1.mov'), turn: 180 }])));
    const made = 'pixels 1.333 times as wide as high made square';
    expect(domains['tiny']?.pixels).toEqual({ [made]: 1, "turned 180 degrees (the data set's rule)": 1 });
    const rows = table(out);
    const wide = rows.filter(({ source }) => source === 'wide.mkv');
    expect(wide.map(({ pixels, source_width, source_height }) => [pixels, source_width, source_height])).toEqual(
      ['0', '5', '10', '15'].map(() => [made, '85', '48']),
    );
    // 40 and 16 of 64 columns, 28 and 16 of 48 rows.
    expect(wide[0]?.['face_box']).toBe('53.13 28 21.25 16');
    const kept = newOut();
    await prepareDatasets(options(kept, { ...withClips([clip]), pixelAspect: 'keep' }));
    expect(table(kept).map(({ pixels, face_box }) => [pixels, face_box])[0]).toEqual(['pixels 1.333 times as wide as high kept so', '40 28 16 16']);
    await expect(prepareDatasets(options(kept, withClips([clip])))).rejects.toThrow('pixelAspect was "keep", now not set');
  });

  test('a full disk is said so; what is there stays, and with room again it goes on', async ({ skip }) => {
    const disk = join(folder, 'disk');
    mkdirSync(disk);
    const { spawnSync } = await import('node:child_process');
    if (process.platform !== 'linux' || spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=40k', 'tmpfs', disk]).status !== 0)
      skip('a small file system can be mounted by root alone');
    try {
      const many = withClips(
        Array.from({ length: 4 }, (_, i) => ({ id: `clip${i}`, clip: file('good.mov') })),
        () => everyFrame({ box: { x: 0, y: 0, width: 64, height: 48 } }),
      );
      const settings = { ...many, convention: cropConvention('safas', { size: 64 }) };
      const out = join(disk, 'out');
      await expect(prepareDatasets(options(out, settings))).rejects.toThrow(/Cannot write .*: the disk is full, expected room on the disk/);
      const there = readFileSync(join(out, 'tiny/train/live/clip0/00000.png'));
      expect(readdirSync(out, { recursive: true }).filter((name) => String(name).endsWith('.tmp'))).toEqual([]);
      expect(spawnSync('mount', ['-o', 'remount,size=8m', disk]).status).toBe(0);
      const report = await prepareDatasets(options(out, settings));
      expect(report.domains['tiny']).toMatchObject({ prepared: 4, crops: 16 });
      expect(readFileSync(join(out, 'tiny/train/live/clip0/00000.png'))).toEqual(there);
      expect(isIntact(await verifyPrepared(out))).toBe(true);
    } finally {
      spawnSync('umount', [disk]);
    }
  });
});

describe('preparing images', () => {
  test('needs no ffmpeg; images of one video are its frames, those that stand alone are clips of their own', async () => {
    mkdirSync(file('images'), { recursive: true });
    const path = (name: string) => file(`images/${name}`);
    for (const [i, name] of ['v1.png', 'v2.png', 'alone.png'].entries())
      await sharp({ create: { width: 40, height: 20, channels: 3, background: { r: 40 * (i + 1), g: 0, b: 0 } } })
        .png()
        .toFile(path(name));
    writeFileSync(path('broken.jpg'), 'no');
    const base = { label: 1, split: 'train' as const };
    const samples: Sample[] = [
      { ...base, id: 'v/2', image: { path: path('v2.png') }, video: 'v', frame: 2 },
      { ...base, id: 'v/1', image: { path: path('v1.png') }, video: 'v', frame: 1 },
      { ...base, id: 'alone', image: { path: path('alone.png'), box: { x: 10, y: 0, width: 20, height: 20 } } },
      { ...base, id: 'broken', image: { path: path('broken.jpg') } },
    ];
    const out = newOut();
    const dataset = { classes: ['attack', 'live'], samples, faces: undefined as never };
    const report = await prepareDatasets(
      options(out, {
        faces: 'auto',
        frames: parseFrameChoice('all'),
        detector: { name: 'test', detect: async ({ data }) => (data[0] === 80 ? [{ box: { x: 0, y: 0, width: 8, height: 8 }, score: 0.75 }] : []) },
        domains: [{ domain: 'tiny', dataset, use: 'test', options: {} }],
      }),
    );
    expect(report.domains['tiny']).toMatchObject({ prepared: 2, broken: [{ clip: 'broken', reason: 'its content is of no known image format' }] });
    expect(table(out).map(({ source, frame, face_from, face_box }) => [source, frame, face_from, face_box])).toEqual([
      ['alone', '0', 'annotation', '10 0 20 20'],
      ['v/2', '2', 'detector', '0 0 8 8'],
    ]);
  });
});

test('a report is in the order of the clips, whichever was done first: the detector is slow on the first of three', async () => {
  const pixels = (level: number) => ({ pixels: new Uint8Array(3 * 64).fill(level), width: 8, height: 8, channels: 3 as const });
  const samples = ['a', 'b', 'c'].map((id, i): Sample => ({ id, label: 1, split: 'train', image: pixels(i) }));
  let others = () => {};
  const bIsDone = new Promise<void>((resolve) => {
    others = resolve;
  });
  const detect = async ({ data }: { readonly data: Uint8Array }) => {
    if (data[0] === 0) await bIsDone;
    else if (data[0] === 2) others();
    return [];
  };
  const report = await prepareDatasets(
    options(newOut(), {
      faces: 'detector',
      workers: 2,
      detector: { name: 'test', detect },
      domains: [{ domain: 'tiny', dataset: { classes: ['attack', 'live'], samples }, use: 'test', options: {} }],
    }),
  );
  expect(report.domains['tiny']?.withoutFace.map(({ clip }) => clip)).toEqual(['a', 'b', 'c']);
});

describe.skipIf(!hasFfmpeg)('verifying', () => {
  test('finds what is missing, changed and surplus, and says so', async () => {
    const out = newOut();
    await prepareDatasets(options(out));
    rmSync(join(out, 'tiny/train/live/anna_1/00000.png'));
    writeFileSync(join(out, 'tiny/train/live/anna_1/00005.png'), 'other');
    writeFileSync(join(out, 'tiny/train/live/anna_1/extra.png'), '');
    const found = await verifyPrepared(out);
    expect(found).toMatchObject({
      crops: 10,
      videos: 3,
      intact: 8,
      missing: ['tiny/train/live/anna_1/00000.png'],
      changed: ['tiny/train/live/anna_1/00005.png'],
      surplus: ['tiny/train/live/anna_1/extra.png'],
      counts: { 'tiny/train/live': 4, 'tiny/train/attack': 4, 'tiny/test/attack': 2 },
    });
    expect(isIntact(found)).toBe(false);
    await expect(verifyPrepared(join(out, 'tiny'))).rejects.toThrow('it has no manifest.csv');
  });

  test('never looks outside of the folder, whatever the manifest says', async () => {
    const out = newOut();
    await prepareDatasets(options(out));
    appendFileSync(
      join(out, 'manifest.csv'),
      readFileSync(join(out, 'manifest.csv'), 'utf8')
        .trim()
        .split('\n')
        .at(-1)
        ?.replace(/^[^,]*/, '../../etc/passwd') ?? '',
    );
    expect((await verifyPrepared(out)).problems).toEqual(["row 11: the path '../../etc/passwd' leads outside the folder"]);
  });
});
