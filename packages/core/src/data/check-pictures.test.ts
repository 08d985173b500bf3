import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, expect, it } from 'vitest';
import type { Sample } from '../contracts/dataset.ts';
import { silentReporter } from '../contracts/reporter.ts';
import { findImages } from '../images/find-images.ts';
import { checkPictures } from './check-pictures.ts';

const folder = mkdtempSync(join(tmpdir(), 'pictures-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const picture = sharp({ create: { width: 16, height: 16, channels: 3, background: '#823' } });
const box = (brand: string) => Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from(`ftyp${brand}\0\0\0\0${brand}mif1`)]);

async function verdicts(files: Readonly<Record<string, Buffer | undefined>>): Promise<string[]> {
  const samples = Object.entries(files).map(([id, bytes]): Sample => {
    if (bytes) writeFileSync(join(folder, id), bytes);
    return { id, image: { path: join(folder, id) }, label: 1, split: 'train' };
  });
  return (await checkPictures('x', samples, silentReporter)).map(
    ({ kind, what, why, label }) => `${what} | ${kind} | ${why}${label === 1 ? '' : ` | label ${label}`}`,
  );
}

it('pictures of every kind that is read pass, whatever their names say, and so does a JPEG with something behind its end', async () => {
  const jpeg = await picture.clone().jpeg().toBuffer();
  expect(
    await verdicts({
      'a.jpg': jpeg,
      'named otherwise.png': jpeg,
      'trailer.jpg': Buffer.concat([jpeg, Buffer.from('SEFT of a phone')]),
      'b.png': await picture.clone().png().toBuffer(),
      'c.webp': await picture.clone().webp().toBuffer(),
      'd.tif': await picture.clone().tiff().toBuffer(),
      'e.gif': await picture.clone().gif().toBuffer(),
      'f.avif': await picture.clone().avif().toBuffer(),
    }),
  ).toEqual([]);
});

it('files that are missing, empty, cut off, of other kinds, or no pictures are told with the cause, before anything decodes them all', async () => {
  const [jpeg, png, webp] = await Promise.all([picture.clone().jpeg().toBuffer(), picture.clone().png().toBuffer(), picture.clone().webp().toBuffer()]);
  mkdirSync(join(folder, 'folder.png'));
  expect(
    await verdicts({
      'gone.png': undefined,
      'empty.png': Buffer.alloc(0),
      'cut.jpg': jpeg.subarray(0, jpeg.length / 2),
      'cut.png': png.subarray(0, png.length - 20),
      'cut.webp': webp.subarray(0, webp.length - 8),
      'folder.png': undefined,
      'heic.jpg': box('heic'),
      'video.jpg': box('isom'),
      'lfs.jpg': Buffer.from('version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n'),
      'page.jpg': Buffer.from('<!DOCTYPE html><title>404</title>'),
      'text.jpg': Buffer.from('hello'),
    }),
  ).toEqual([
    'gone.png | missing | there is no such file',
    'empty.png | unreadable | the file is empty',
    expect.stringMatching(/^cut.jpg \| unreadable \| the file is damaged/),
    expect.stringMatching(/^cut.png \| unreadable \| the file is damaged/),
    expect.stringMatching(/^cut.webp \| unreadable \| the file is damaged/),
    'folder.png | unreadable | it is a folder',
    'heic.jpg | kind | it is HEIC, which is not read: convert it to JPEG or PNG (heif-convert photo.heic photo.jpg)',
    'video.jpg | kind | its content is a video, which is not read here: gradalign data prepare makes pictures of its frames',
    'lfs.jpg | kind | it is a pointer of git-lfs, not the picture: run git lfs pull',
    'page.jpg | kind | its content is a web page, such as one that a failed download leaves',
    'text.jpg | unreadable | its content is none of JPEG, PNG, WebP, TIFF, AVIF, BMP or GIF',
  ]);
});

it('folders are searched for every kind that is read; others are told, and where there are only others the first is named', () => {
  const root = join(folder, 'found');
  mkdirSync(join(root, 'only'), { recursive: true });
  for (const name of ['a.JPG', 'b.webp', 'c.heic', 'd.mp4', 'e.txt', 'f.dng', '.h.jpg', 'only/g.HEIC']) writeFileSync(join(root, name), '');
  const leftOut: string[] = [];
  expect(findImages([root], ({ what }) => leftOut.push(what.slice(root.length + 1)))).toEqual(['a.JPG', 'b.webp'].map((name) => join(root, name)));
  expect(leftOut).toEqual(['c.heic', 'd.mp4', 'f.dng', 'only/g.HEIC']);
  expect(() => findImages([join(root, 'only')])).toThrow(`there are none, only ${join(root, 'only/g.HEIC')} (it is HEIC, which is not read`);
});
