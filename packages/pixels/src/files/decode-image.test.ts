import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Rectangle } from '../contracts/rectangle.ts';
import { decodeImage } from './decode-image.ts';
import { UnreadableImageError } from './unreadable-image.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'gradalign decode ü-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** 4 x 2 pixels, every one different: pixel (x, y) is (10 x + 100, 20 y + 50, 30). */
const pixels = Uint8Array.from({ length: 4 * 2 * 3 }, (_, i) => [10 * (Math.floor(i / 3) % 4) + 100, 20 * Math.floor(i / 12) + 50, 30][i % 3] as number);
const raw = (data: Uint8Array | Uint16Array, width = 4, height = 2, channels: 1 | 3 | 4 = 3) => sharp(data, { raw: { width, height, channels } });

async function file(name: string, picture: Sharp): Promise<string> {
  const path = join(folder, name);
  await picture.toFile(path);
  return path;
}

async function decode(path: string, box?: Rectangle, channels: 1 | 3 = 3) {
  const { image } = await decodeImage({ path, ...(box ? { box } : {}) }, { channels });
  return { size: [image.width, image.height, image.channels], data: [...image.data] };
}

it('lossless files come back byte for byte: plain, interlaced, with a palette, with alpha', async () => {
  const withAlpha = Uint8Array.from({ length: 32 }, (_, i) => (i % 4 === 3 ? i : (pixels[3 * Math.floor(i / 4) + (i % 4)] as number)));
  for (const path of [
    await file('plain.png', raw(pixels).png()),
    await file('interlaced.png', raw(pixels).png({ progressive: true })),
    await file('palette.png', raw(pixels).png({ palette: true, colors: 8, dither: 0 })),
    await file('alpha.png', raw(withAlpha, 4, 2, 4).png()),
    await file('lossless.webp', raw(pixels).webp({ lossless: true })),
    await file('plain.tiff', raw(pixels).tiff({ compression: 'lzw' })),
  ]) {
    expect(await decode(path), path).toEqual({ size: [4, 2, 3], data: [...pixels] });
  }
});

it('16 bits become 8: 0, 32768 and 65535 are 0, 128 and 255', async () => {
  const gray = Uint16Array.from([0, 32768, 65535, 257 * 77]);
  const path = await file('deep.png', raw(gray, 4, 1, 1).toColorspace('grey16').png());
  expect((await sharp(path).metadata()).depth).toBe('ushort');
  expect((await decode(path, undefined, 1)).data).toEqual([0, 128, 255, 77]);
  expect((await decode(path)).data.slice(3, 6)).toEqual([128, 128, 128]);
});

it('grayscale becomes three equal channels, and color becomes luma where one channel is asked for', async () => {
  const gray = await file(
    'gray.png',
    raw(Uint8Array.from([0, 9, 200, 255]), 4, 1, 1)
      .toColorspace('b-w')
      .png(),
  );
  expect((await sharp(gray).metadata()).channels).toBe(1);
  expect(await decode(gray)).toEqual({ size: [4, 1, 3], data: [0, 0, 0, 9, 9, 9, 200, 200, 200, 255, 255, 255] });
  const color = await file('rgb.png', raw(Uint8Array.from([255, 0, 0, 0, 255, 0, 0, 0, 255, 7, 7, 7]), 4, 1).png());
  // 0.299, 0.587 and 0.114 of 255.
  expect(await decode(color, undefined, 1)).toEqual({ size: [4, 1, 1], data: [76, 150, 29, 7] });
});

it('CMYK and progressive JPEG become sRGB within the loss of their coding', async () => {
  const brown = raw(
    Uint8Array.from({ length: 16 * 16 * 3 }, (_, i) => [150, 100, 90][i % 3] as number),
    16,
    16,
  );
  const cmyk = await file('cmyk.jpg', brown.clone().toColorspace('cmyk').jpeg({ quality: 95 }));
  expect((await sharp(cmyk).metadata()).space).toBe('cmyk');
  for (const [path, tolerance] of [
    [cmyk, 20],
    [await file('progressive.jpg', brown.clone().jpeg({ quality: 95, progressive: true })), 4],
  ] as const) {
    const { size, data } = await decode(path);
    expect(size).toEqual([16, 16, 3]);
    [150, 100, 90].forEach((value, c) => void expect(Math.abs((data[3 * 100 + c] as number) - value)).toBeLessThan(tolerance));
  }
});

it('EXIF orientation 6 is turned upright: the file is 4 x 2, the picture 2 x 4, and its first row is the first column from below', async () => {
  const { size, data } = await decode(await file('turned.png', raw(pixels).withMetadata({ orientation: 6 }).png()));
  expect(size).toEqual([2, 4, 3]);
  expect(data.slice(0, 6)).toEqual([100, 70, 30, 100, 50, 30]);
});

it('EXIF orientation of a JPEG file too: half of it is bright, to the right in the file and below in the picture', async () => {
  const halves = raw(
    Uint8Array.from({ length: 64 * 32 * 3 }, (_, i) => (Math.floor(i / 3) % 64 < 32 ? 20 : 200)),
    64,
    32,
  );
  const { size, data } = await decode(await file('turned.jpg', halves.withMetadata({ orientation: 6 }).jpeg()));
  expect(size).toEqual([32, 64, 3]);
  const at = (x: number, y: number) => data[3 * (32 * y + x)];
  expect([at(2, 5), at(29, 5), at(2, 60), at(29, 60)]).toEqual([20, 20, 200, 200]);
});

it('a box is cut out first, clipped to the picture', async () => {
  const path = await file('boxed.png', raw(pixels).png());
  expect(await decode(path, { x: 1, y: 1, width: 2, height: 1 })).toEqual({ size: [2, 1, 3], data: [110, 70, 30, 120, 70, 30] });
  expect((await decode(path, { x: -5, y: -1, width: 6, height: 2 })).data).toEqual([100, 50, 30]);
  await expect(decode(path, { x: 4, y: 0, width: 3, height: 2 })).rejects.toThrow(
    `Cannot read image ${path}: its box (4, 0, 3 x 2) has no part of the picture of 4 x 2, expected a box within it`,
  );
  await expect(decode(path, { x: 0, y: 0, width: 0, height: 2 })).rejects.toThrow('expected a box within it');
});

it('a large JPEG is decoded at the part of its size that is asked for, its box too; a small file is not', async () => {
  const side = 1001;
  const noise = Uint8Array.from({ length: side * side * 3 }, (_, i) => (Math.imul(i, 2654435761) >>> 24) / 4 + (Math.floor(i / 3) % side < 501 ? 0 : 150));
  const path = await file('large.jpg', raw(noise, side, side).jpeg({ quality: 95 }));
  const whole = await decodeImage({ path }, { channels: 3, shrink: () => 4 });
  expect([whole.image.width, whole.image.height, whole.size]).toEqual([250, 250, { width: side, height: side }]);
  const seen: unknown[] = [];
  const shrink = (size: unknown) => {
    seen.push(size);
    return 2 as const;
  };
  const half = await decodeImage({ path, box: { x: 501, y: 0, width: 400, height: 700 } }, { channels: 1, shrink });
  expect([half.image.width, half.image.height, half.size]).toMatchObject([200, 350, { width: 400, height: 700 }]);
  expect(seen).toMatchObject([{ width: 400, height: 700 }]);
  // The box begins where the bright part does: mean 150 + 255 / 8.
  expect(Array.from(half.image.data).reduce((sum, v) => sum + v, 0) / half.image.data.length).toBeCloseTo(182, -0.5);
  const small = await decodeImage({ path: await file('small.jpg', raw(pixels).jpeg()) }, { channels: 3, shrink: () => 2 });
  expect(small.image.width).toBe(4);
});

it('pixels from memory are taken as they are', async () => {
  const { image } = await decodeImage({ pixels: Uint8Array.from([1, 2, 3, 4]), width: 2, height: 2, channels: 1 }, { channels: 1 });
  expect(image).toEqual({ data: Uint8Array.from([1, 2, 3, 4]), width: 2, height: 2, channels: 1 });
  await expect(decodeImage({ pixels: new Uint8Array(5), width: 2, height: 2, channels: 1 }, { channels: 1 })).rejects.toThrow(
    'Cannot read image from memory: 5 bytes for 2 x 2 x 1, expected 4',
  );
});

it('a picture of one pixel is a picture', async () => {
  expect(await decode(await file('one.png', raw(Uint8Array.from([1, 2, 3]), 1, 1).png()))).toEqual({ size: [1, 1, 3], data: [1, 2, 3] });
});

it('what cannot be read says which file, why, and what is expected', async () => {
  const written = (name: string, content: Uint8Array | string) => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
  const jpeg = readFileSync(
    await file(
      'whole.jpg',
      raw(
        new Uint8Array(64 * 64 * 3).map((_, i) => i % 251),
        64,
        64,
      ).jpeg(),
    ),
  );
  const png = readFileSync(
    await file(
      'whole.png',
      raw(
        new Uint8Array(64 * 64 * 3).map((_, i) => (i * i) % 251),
        64,
        64,
      ).png(),
    ),
  );
  const bomb = Buffer.from(png);
  bomb.writeUInt32BE(20_000, 16);
  bomb.writeUInt32BE(20_000, 20);
  bomb.writeUInt32BE(crc32(bomb.subarray(12, 29)), 29);
  const wide = Buffer.from(jpeg);
  // Height and width in the frame header.
  wide.writeUInt32BE(0xf000f000, wide.indexOf(Buffer.from([0xff, 0xc0])) + 5);
  mkdirSync(join(folder, 'folder.jpg'));
  const cases: [string, string][] = [
    [written('empty.jpg', ''), 'the file is empty, expected a JPEG, PNG,'],
    [join(folder, 'absent.jpg'), 'there is no such file, expected a JPEG, PNG,'],
    [join(folder, 'folder.jpg'), 'it is a folder, expected a JPEG, PNG,'],
    [written('text.jpg', 'not a picture at all'), 'its content is of no known image format, expected a JPEG, PNG,'],
    [written('truncated.jpg', jpeg.subarray(0, jpeg.length / 2)), 'the file is damaged ('],
    [written('truncated.png', png.subarray(0, png.length / 2)), 'the file is damaged ('],
    [written('head.jpg', jpeg.subarray(0, 20)), 'the file is damaged ('],
    [written('bomb.png', bomb), 'the image is too large: 20000 x 20000 are 400 million pixels, more than the limit of 134 million'],
    [written('bomb.jpg', wide), 'the image is too large: 61440 x 61440 are 3775 million pixels, more than the limit of 134 million'],
  ];
  for (const [path, why] of cases) await expect(decode(path), path).rejects.toThrow(`Cannot read image ${path}: ${why}`);
});

it('throws what has the name of a mistake of the user, by which the command line knows it', () => {
  expect(new UnreadableImageError('a.jpg', 'the file is empty', 'a JPEG file').name).toBe('UserError');
});
