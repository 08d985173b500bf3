import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createSeed, type Dataset, type Sample, UserError } from '@gradalign/core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { imageFolder } from './image-folder.ts';

let base: string;
let root: string;
let count = 0;
beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), 'Bilder ü '));
});
afterAll(() => rmSync(base, { recursive: true, force: true }));
beforeEach(() => {
  root = join(base, String(count++));
  mkdirSync(root);
});

/** Empty files: the adapter looks at names alone. */
function files(...paths: string[]): void {
  for (const path of paths) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), '');
  }
}

async function read(options: { root?: string; domain?: string; subject?: string; links?: 'follow' } = {}, domain = 'oulu'): Promise<Dataset> {
  return imageFolder.create({ root, ...options }, { seed: createSeed(0), domain, folder: base });
}

async function table(...args: Parameters<typeof read>): Promise<Record<string, Omit<Sample, 'id' | 'image'>>> {
  return Object.fromEntries((await read(...args)).samples.map(({ id, image: _, ...rest }) => [id, rest]));
}

describe('the plain layout', () => {
  it('gives label, split, species, video, frame and subject of each image', async () => {
    files('train/live/s01_a/crop_0005.jpg', 'train/attack/print/s02_b/1.png', 'test/attack/replay/ipad/s03_c/x12y.JPEG', 'dev/attack/s04_d/7.jpg');
    expect(await table()).toEqual({
      'train/live/s01_a/crop_0005.jpg': { label: 1, split: 'train', video: 'train/live/s01_a', frame: 5, subject: 's01' },
      'train/attack/print/s02_b/1.png': { label: 0, split: 'train', species: 'print', video: 'train/attack/print/s02_b', frame: 1, subject: 's02' },
      'test/attack/replay/ipad/s03_c/x12y.JPEG': {
        label: 0,
        split: 'test',
        species: 'replay/ipad',
        video: 'test/attack/replay/ipad/s03_c',
        frame: 12,
        subject: 's03',
      },
      'dev/attack/s04_d/7.jpg': { label: 0, split: 'dev', video: 'dev/attack/s04_d', frame: 7, subject: 's04' },
    });
  });

  it('has the classes attack and live, and paths that can be opened', async () => {
    files('train/live/a/1.jpg');
    const { classes, samples } = await read();
    expect(classes).toEqual(['attack', 'live']);
    expect(samples[0]?.image).toEqual({ path: join(root, 'train/live/a/1.jpg') });
  });

  it('takes images that stand alone under live, attack and a well-known species', async () => {
    files('test/live/x_1.jpg', 'test/attack/y_1.jpg', 'test/attack/Print/z_1.jpg', 'test/attack/Print/v_1/1.jpg', 'test/attack/poster/1.jpg');
    expect(await table()).toEqual({
      'test/live/x_1.jpg': { label: 1, split: 'test' },
      'test/attack/y_1.jpg': { label: 0, split: 'test' },
      'test/attack/Print/z_1.jpg': { label: 0, split: 'test', species: 'print' },
      'test/attack/Print/v_1/1.jpg': { label: 0, split: 'test', species: 'print', video: 'test/attack/Print/v_1', frame: 1, subject: 'v' },
      // Not a word that is known: a folder that holds images is a video.
      'test/attack/poster/1.jpg': { label: 0, split: 'test', video: 'test/attack/poster', frame: 1 },
    });
  });

  it('takes other words and other case for splits and labels', async () => {
    files('Train/Real/a/1.jpg', 'TRAIN/LIVE/b/1.jpg', 'Devel/spoof/c/1.jpg', 'Test/ATTACK/d/1.jpg', 'validation/fake/e/1.jpg');
    const { samples } = await read();
    expect(samples.map(({ video, split, label }) => `${video} ${split} ${label}`)).toEqual([
      'Devel/spoof/c dev 0',
      'TRAIN/LIVE/b train 1',
      'Test/ATTACK/d test 0',
      'Train/Real/a train 1',
      'validation/fake/e dev 0',
    ]);
  });

  it('takes labels above splits too: the pictures of live/test are no training data, and live/train is no video', async () => {
    files('live/train/1.jpg', 'live/test/2.jpg', 'Fake/val/replay/3.jpg', 'print/test/s1_a/4.jpg', 'live/5.jpg', 'other/train/6.jpg');
    expect(await table()).toEqual({
      'live/train/1.jpg': { label: 1, split: 'train' },
      'live/test/2.jpg': { label: 1, split: 'test' },
      'Fake/val/replay/3.jpg': { label: 0, split: 'dev', species: 'replay' },
      'print/test/s1_a/4.jpg': { label: 0, split: 'test', species: 'print', video: 'print/test/s1_a', frame: 4, subject: 's1' },
    });
    const { notes } = await read();
    expect(notes?.advice).toBeUndefined();
    expect(notes?.leftOut?.map(({ what, why }) => `${what}: ${why}`)).toEqual([
      'live/5.jpg: it is in no folder train, dev or test',
      "other/train/6.jpg: its folder 'other' is neither live nor attack",
    ]);
  });

  it('keeps videos of one name apart', async () => {
    files('train/live/v/1.jpg', 'train/attack/v/1.jpg', 'test/live/v/1.jpg');
    expect(new Set((await read()).samples.map(({ video }) => video)).size).toBe(3);
  });

  it('is in the order of code points, whatever the order on disk, and has the same ids for composed and decomposed letters', async () => {
    files(
      'train/live/é/1.jpg'.normalize('NFD'),
      'train/live/b c/2.jpg',
      'train/live/b c/10.jpg',
      'train/live/B/1.jpg',
      'train/live/李_雷/1.jpg',
      'train/live/😀/1.jpg',
    );
    const { samples } = await read();
    expect(samples.map(({ id }) => id)).toEqual([
      'train/live/B/1.jpg',
      'train/live/b c/10.jpg',
      'train/live/b c/2.jpg',
      'train/live/é/1.jpg'.normalize('NFC'),
      'train/live/李_雷/1.jpg',
      'train/live/😀/1.jpg',
    ]);
    expect(samples[4]?.subject).toBe('李');
  });
});

describe('what does not fit', () => {
  it('is listed: files beside the images, folders that are no split or label, folders inside a video', async () => {
    files(
      'train/live/a/1.jpg',
      'train/live/a/1.face',
      'readme.txt',
      'raw/a.mov',
      'train/list.txt',
      'train/maybe/b/1.jpg',
      'train/live/a/masks/1.png',
      'train/attack/print/p.heic',
    );
    expect((await read()).notes?.unmatched).toEqual([
      'raw/a.mov',
      'readme.txt',
      'train/attack/print/p.heic',
      'train/list.txt',
      'train/live/a/1.face',
      'train/live/a/masks/1.png',
      'train/maybe/b/1.jpg',
    ]);
    expect((await read()).samples).toHaveLength(1);
    expect((await read()).notes?.leftOut).toEqual([
      { kind: 'place', what: 'raw/a.mov', why: "its folder 'raw' is not train, dev or test" },
      { kind: 'kind', what: 'train/attack/print/p.heic', why: expect.stringContaining('it is HEIC, which is not read: convert it') },
      { kind: 'place', what: 'train/live/a/masks/1.png', why: 'it lies below a folder of images, which is a video' },
      { kind: 'label', what: 'train/maybe/b/1.jpg', why: "its folder 'maybe' is neither live nor attack" },
    ]);
  });

  it('is not a picture of another kind that is read: WebP, TIFF, AVIF, BMP, GIF, in any case', async () => {
    files(
      'train/live/a/1.WEBP',
      'train/live/a/2.tif',
      'train/live/a/3.tiff',
      'train/live/a/4.avif',
      'train/live/a/5.bmp',
      'train/live/a/6.Gif',
      'train/live/a/7.jfif',
    );
    expect((await read()).samples).toHaveLength(7);
    expect((await read()).notes?.leftOut).toEqual([]);
  });

  it('is passed over without a word where systems leave it: hidden files, Thumbs.db', async () => {
    files(
      'train/live/a/1.jpg',
      'train/live/a/._1.jpg',
      'train/live/a/Thumbs.db',
      '.cache/x.jpg',
      'train/.git/live/1.jpg',
      '__MACOSX/train/live/a/1.jpg',
      'train/live/desktop.ini',
    );
    const { samples, notes } = await read();
    expect(samples).toHaveLength(1);
    expect(notes).toEqual({ unmatched: [], missing: [], leftOut: [] });
  });
});

describe('links', () => {
  it('are followed inside the root; those that lead out of it are told by name, and followed only where links: follow says so', async () => {
    files('train/live/a/1.jpg');
    mkdirSync(join(root, '..', `outside${count}`));
    writeFileSync(join(root, '..', `outside${count}`, '1.jpg'), '');
    symlinkSync(join(root, '..', `outside${count}`), join(root, 'train/live/linked'));
    symlinkSync(join(root, 'train/live/a/1.jpg'), join(root, 'train/live/a/2.jpg'));
    const { samples, notes } = await read();
    expect(samples.map(({ id }) => id)).toEqual(['train/live/a/1.jpg', 'train/live/a/2.jpg']);
    expect(notes?.problems).toEqual(['train/live/linked is a link that leads outside the root: not followed']);
    const followed = await read({ links: 'follow' });
    expect(followed.samples.map(({ id }) => id)).toEqual(['train/live/a/1.jpg', 'train/live/a/2.jpg', 'train/live/linked/1.jpg']);
    expect(followed.notes?.problems).toBeUndefined();
  });

  it('in a circle end; those to nothing are missing', async () => {
    files('train/live/a/1.jpg');
    symlinkSync('..', join(root, 'train/live/back'));
    symlinkSync(root, join(root, 'train/live/top'));
    symlinkSync('itself.jpg', join(root, 'train/live/itself.jpg'));
    symlinkSync('gone.jpg', join(root, 'train/live/dangling.jpg'));
    const { samples, notes } = await read();
    expect(samples.map(({ id }) => id)).toEqual(['train/live/a/1.jpg']);
    expect(notes?.missing).toEqual(['train/live/dangling.jpg', 'train/live/itself.jpg']);
  });

  it('to a whole data set serve as root', async () => {
    files('train/live/a/1.jpg');
    symlinkSync(root, `${root}-link`);
    expect((await read({ root: `${root}-link` })).samples).toHaveLength(1);
  });
});

describe('the subject', () => {
  it('is what stands before the first _ of a video, unless that is a word like video or attack', async () => {
    files(
      'train/live/anna_1_x/1.jpg',
      'train/live/video_07/1.jpg',
      'train/live/bob/1.jpg',
      'train/live/_3/1.jpg',
      'train/live/eve_/1.jpg',
      'train/attack/attack_client001/1.jpg',
    );
    expect(Object.fromEntries((await read()).samples.map(({ video, subject }) => [video, subject]))).toEqual({
      'train/attack/attack_client001': undefined,
      'train/live/_3': undefined,
      'train/live/anna_1_x': 'anna',
      'train/live/bob': undefined,
      'train/live/eve_': undefined,
      'train/live/video_07': undefined,
    });
  });

  it('is what the one group of option subject matches, in the names of videos and of images that stand alone', async () => {
    files('train/live/6_3_20_5/1.jpg', 'train/live/6_3_21_9.jpg', 'train/live/none/1.jpg');
    const { samples } = await read({ subject: '^\\d+_\\d+_(\\d+)_' });
    expect(samples.map(({ subject }) => subject)).toEqual(['20', '21', undefined]);
  });

  it.each([
    ['(', 'which is not a regular expression'],
    ['^a', 'which has 0 groups'],
    ['(a)(b)', 'which has 2 groups'],
  ])('of the pattern %s is refused', async (subject, reason) => {
    const error = await read({ subject }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UserError);
    expect(error).toMatchObject({ exitCode: 2, message: expect.stringContaining(reason) });
  });
});

describe('the root', () => {
  it('may hold several domains: the one called like the experiment’s key is read, in any case', async () => {
    files('OULU/train/live/a/1.jpg', 'msu/train/live/b/1.jpg', 'notes/readme.txt');
    expect((await read({}, 'oulu')).samples.map(({ id }) => id)).toEqual(['train/live/a/1.jpg']);
    expect((await read({}, 'msu')).samples.map(({ id }) => id)).toEqual(['train/live/b/1.jpg']);
  });

  it('and option domain says which, before the key', async () => {
    files('oulu/train/live/a/1.jpg', 'set/msu/train/live/b/1.jpg', 'c d/train/live/c/1.jpg');
    expect((await read({ domain: 'c d' })).samples.map(({ id }) => id)).toEqual(['train/live/c/1.jpg']);
    expect((await read({ domain: 'set/msu' })).samples.map(({ id }) => id)).toEqual(['train/live/b/1.jpg']);
  });

  it('may have a neighbor whose name is that of an attack: replay beside oulu is a data set, beside live a kind of attack', async () => {
    files('oulu/train/live/a/1.jpg', 'replay/train/attack/b/1.jpg', 'replay/train/attack/b/2.jpg');
    expect((await read({})).samples.map(({ id }) => id)).toEqual(['train/live/a/1.jpg']);
    rmSync(join(root, 'oulu/train'), { recursive: true });
    files('oulu/live/a/1.jpg', 'oulu/replay/b/1.jpg');
    expect((await read({})).samples.map(({ id, label }) => `${label} ${id}`)).toEqual(['1 live/a/1.jpg', '0 replay/b/1.jpg']);
  });

  it('may be relative to the folder of the experiment', async () => {
    files('train/live/a/1.jpg');
    expect((await read({ root: root.slice(base.length + 1) })).samples).toHaveLength(1);
  });

  it.each<[string, () => void, Parameters<typeof read>[0], string]>([
    [
      'is not there',
      () => {},
      { root: '/not/there' },
      'there is no folder /not/there, expected the folder of the domain, or one that holds it, as option root',
    ],
    ['is a file', () => files('a.txt'), { root: 'FILE' }, 'there is no folder'],
    ['is empty', () => {}, {}, 'holds nothing, expected folders train, dev or test with live and attack in them'],
    ['holds something else', () => files('movies/a.mov', 'b.txt'), {}, 'holds b.txt, movies, expected folders train, dev or test'],
    [
      'holds other domains',
      () => files('msu/train/live/1.jpg', 'siw/test/live/1.jpg'),
      {},
      "holds the domains msu, siw, expected one of them as option domain (or one named 'oulu')",
    ],
    ['does not hold the domain', () => files('msu/train/live/1.jpg'), { domain: 'mus' }, "there is no domain 'mus': "],
    [
      'is a domain itself, and another is wanted',
      () => files('train/live/1.jpg'),
      { domain: 'msu' },
      "is the folder of one domain and holds no 'msu', expected no option domain",
    ],
    ['is left by the domain', () => files('train/live/1.jpg'), { domain: '../other' }, "its option domain is '../other', expected the name of a folder inside"],
    [
      'has no images',
      () => files('train/live/a/1.heic'),
      {},
      'holds no images where they are expected (it does hold files, such as train/live/a/1.heic: it is HEIC, which is not read: convert it to JPEG or PNG (heif-convert photo.heic photo.jpg)), expected JPEG, PNG, WebP, TIFF, AVIF, BMP or GIF files',
    ],
    ['has empty folders', () => mkdirSync(join(root, 'train/live'), { recursive: true }), {}, 'holds no images where they are expected, expected'],
  ])('that %s is refused', async (_, make, options, message) => {
    make();
    const error = await read(options?.root === 'FILE' ? { root: join(root, 'a.txt') } : options).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UserError);
    expect((error as Error).message).toMatch(/^Cannot read data set 'oulu': /);
    expect((error as Error).message).toContain(message);
  });
});

describe('<device>/{live,print,replay} without splits', () => {
  it('gives a domain for each device, the species by folder, all as train, and says so', async () => {
    files('oulu/live/1.jpg', 'oulu/print/2.jpg', 'oulu/Replay/ipad/v_1/3.jpg', 'webcam/live/4.jpg');
    const { samples, notes } = await read();
    expect(samples.map(({ id, label, split, species }) => [id, label, split, species])).toEqual([
      ['Replay/ipad/v_1/3.jpg', 0, 'train', 'replay/ipad'],
      ['live/1.jpg', 1, 'train', undefined],
      ['print/2.jpg', 0, 'train', 'print'],
    ]);
    expect(notes?.advice).toEqual([expect.stringContaining('to test on it, set data.splits.target: [train]')]);
  });
});
