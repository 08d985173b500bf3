import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { decodeImage } from './decode-image.ts';
import { holdPixels, maxPixels } from './pixel-budget.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'gradalign kinds ü-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function written(name: string, content: Uint8Array | string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

async function decode(path: string, channels: 1 | 3 = 3) {
  const { image, changes } = await decodeImage({ path }, { channels });
  return { size: [image.width, image.height], data: [...image.data], changes };
}

const formats = { float: [32, 3], int: [32, 2], half: [16, 3], double: [64, 3], ushort: [16, 1] } as const;

/** An uncompressed TIFF of one row, little-endian. Halves are given by their bits. */
function tiff(values: readonly number[], format: keyof typeof formats, channels = 1): Buffer {
  const [bits, type] = formats[format];
  const pixels = Buffer.alloc((bits / 8) * values.length);
  values.forEach((value, i) => {
    if (format === 'float') pixels.writeFloatLE(value, 4 * i);
    else if (format === 'int') pixels.writeInt32LE(value, 4 * i);
    else if (format === 'double') pixels.writeDoubleLE(value, 8 * i);
    else pixels.writeUInt16LE(value, 2 * i);
  });
  const each = (value: number) => Array.from({ length: channels }, () => value);
  const longs = (tag: number, value: number) => ({ tag, size: 4, values: [value] });
  const shorts = (tag: number, ...of: number[]) => ({ tag, size: 2, values: of });
  const entries = [
    longs(256, values.length / channels),
    longs(257, 1),
    shorts(258, ...each(bits)),
    shorts(259, 1),
    shorts(262, channels === 3 ? 2 : 1),
    longs(273, 8),
    shorts(277, channels),
    longs(278, 1),
    longs(279, pixels.length),
    shorts(339, ...each(type)),
  ];
  const directory = 8 + pixels.length;
  const beyond = directory + 2 + 12 * entries.length + 4;
  const bytes = Buffer.alloc(beyond + 4 * channels * entries.length);
  bytes.write('II*\0', 'latin1');
  bytes.writeUInt32LE(directory, 4);
  pixels.copy(bytes, 8);
  bytes.writeUInt16LE(entries.length, directory);
  entries.forEach(({ tag, size, values: of }, i) => {
    const at = directory + 2 + 12 * i;
    bytes.writeUInt16LE(tag, at);
    bytes.writeUInt16LE(size === 2 ? 3 : 4, at + 2);
    bytes.writeUInt32LE(of.length, at + 4);
    const fits = size * of.length <= 4;
    const place = fits ? at + 8 : beyond + 4 * channels * i;
    if (!fits) bytes.writeUInt32LE(place, at + 8);
    of.forEach((value, j) => void bytes.writeUIntLE(value, place + size * j, size));
  });
  return bytes;
}

it('floats from 0 to 1 are scaled to 0..255, and those up to 255 rounded; both are told', async () => {
  expect(await decode(written('unit.tiff', tiff([0, 0.2, 0.5, 1], 'float')), 1)).toEqual({
    size: [4, 1],
    data: [0, 51, 128, 255],
    changes: ['floats 0..1 scaled to 0..255'],
  });
  expect(await decode(written('bytes.tiff', tiff([0, 51.2, 127.6, 255], 'float')), 1)).toMatchObject({
    data: [0, 51, 128, 255],
    changes: ['floats 0..255 rounded'],
  });
});

it('floats in color are the same as floats in gray: no gamma, nothing clipped', async () => {
  expect(await decode(written('color.tiff', tiff([0, 0.2, 1, 0.5, 0.5, 0.5], 'float', 3)))).toEqual({
    size: [2, 1],
    data: [0, 51, 255, 128, 128, 128],
    changes: ['floats 0..1 scaled to 0..255'],
  });
  expect(await decode(written('color255.tiff', tiff([0, 51, 255, 127.6, 10, 200], 'float', 3)))).toMatchObject({
    data: [0, 51, 255, 128, 10, 200],
    changes: ['floats 0..255 rounded'],
  });
});

it('a picture of 16 bits that uses 12 of them or fewer, as infrared and depth cameras write, is told to be nearly black', async () => {
  const told = async (most: number) => (await decode(written('dark.tiff', tiff([0, most], 'ushort')))).changes;
  expect(await told(1023)).toContain('nearly black: of 16 bits at most 12 are used (scale them first)');
  expect(await told(4200)).toEqual(['16 bits reduced to 8', 'gray repeated in three channels']);
});

it.each([
  [tiff([0, 4000], 'float'), 'its values are floats from 0 to 4000, expected 8 or 16 bits, or 32-bit floats of 0..1 or 0..255'],
  [tiff([0, 5.2], 'float'), 'its values are floats from 0 to 5.2,'],
  [tiff([-1, 1], 'float'), 'its values are floats from -1 to 1,'],
  [tiff([0, Number.NaN], 'float'), 'its values are floats, NaN among them,'],
  [tiff([0, 4000], 'int'), 'its values are signed 32-bit integers,'],
  [tiff([0, 0x3c00], 'half'), 'its values are 16-bit floats,'],
  [tiff([0, 1], 'double'), 'its values have 64 bits,'],
  [tiff([0, 1, 2, 3, 4], 'ushort', 5), 'it has other channels than color and alpha,'],
])('numbers that would have to be clipped are refused (%#)', async (content, why) => {
  await expect(decode(written('range.tiff', content), 1)).rejects.toThrow(why);
});

it.each([
  ['<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"/>', 'it is SVG, which is not read'],
  ['<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"/>', 'it is SVG, which is not read'],
  ['<!-- a drawing --><svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"/>', 'its content is of no known image format'],
  ['%PDF-1.7\n', 'it is PDF, which is not read'],
  ['P6 1 1 255 abc', 'its content is of no known image format'],
  ['\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'it is HEIC, which is not read: convert it to JPEG or PNG'],
  ['version https://git-lfs.github.com/spec/v1\n', 'it is a pointer of git-lfs'],
])('%j under the name of a JPEG is refused by its content', async (content, why) => {
  await expect(decode(written('photo.jpg', content))).rejects.toThrow(why);
});

it('what decoding does to pixels is told: turns, 16 bits, alpha that is not opaque, CMYK, several frames; nothing of an ordinary file', async () => {
  const rgb = Uint8Array.from({ length: 32 * 32 * 3 }, (_, i) => (i * 7) % 256);
  const picture = () => sharp(rgb, { raw: { width: 32, height: 32, channels: 3 } });
  const changesOf = async (name: string, content: Sharp) => (await decode(written(name, await content.toBuffer()))).changes;
  expect(await changesOf('plain.png', picture().png())).toBeUndefined();
  expect(await changesOf('plain.jpg', picture().jpeg())).toBeUndefined();
  expect(await changesOf('turned.png', picture().withMetadata({ orientation: 6 }).png())).toEqual(['turned 90 degrees (EXIF orientation)']);
  expect(await changesOf('turned.jpg', picture().withMetadata({ orientation: 3 }).jpeg())).toEqual(['turned 180 degrees (EXIF orientation)']);
  expect(await changesOf('mirrored.png', picture().withMetadata({ orientation: 2 }).png())).toEqual(['mirrored (EXIF orientation)']);
  expect(await changesOf('deep.png', picture().toColorspace('rgb16').png())).toEqual(['16 bits reduced to 8']);
  expect(await changesOf('opaque.png', picture().ensureAlpha(1).png())).toBeUndefined();
  expect(await changesOf('half.png', picture().ensureAlpha(0.5).png())).toEqual(['alpha dropped: transparent pixels keep their color']);
  expect(await changesOf('gray.png', picture().toColorspace('b-w').png())).toEqual(['gray repeated in three channels']);
  expect((await decode(join(folder, 'gray.png'), 1)).changes).toBeUndefined();
  expect(await changesOf('wide.png', picture().withIccProfile('p3').png())).toEqual([expect.stringMatching(/^profile .*P3.* converted to sRGB$/)]);
  expect(await changesOf('own.png', picture().withIccProfile('srgb').png())).toBeUndefined();
  expect(await changesOf('cmyk.jpg', picture().toColorspace('cmyk').jpeg())).toEqual([expect.stringMatching(/^CMYK .*converted to sRGB$/)]);
  const frames = sharp([await picture().png().toBuffer(), await picture().negate().png().toBuffer()], { join: { animated: true } });
  expect(await changesOf('moving.gif', frames.clone().gif())).toEqual(['first of several frames']);
  expect(await changesOf('moving.webp', frames.clone().webp())).toEqual(['first of several frames']);
});

/** A BMP file of 2 x 2 pixels: rows from below, each of whole 4 bytes. */
function bmp(bits: 8 | 24 | 32, rows: readonly (readonly number[])[], { height = 2, palette = [] as readonly number[] } = {}): Buffer {
  const head = Buffer.alloc(54);
  head.write('BM');
  head.writeUInt32LE(54 + palette.length, 10);
  head.writeUInt32LE(40, 14);
  head.writeInt32LE(2, 18);
  head.writeInt32LE(height, 22);
  head.writeUInt16LE(1, 26);
  head.writeUInt16LE(bits, 28);
  head.writeUInt32LE(palette.length / 4, 46);
  return Buffer.concat([head, Buffer.from(palette), ...rows.map((row) => Buffer.from(row))]);
}

it('BMP: 24 bits from below and from above, 32 bits, a palette; compressed and cut off ones are refused', async () => {
  const [lower, upper] = [
    [1, 2, 3, 4, 5, 6, 0, 0],
    [7, 8, 9, 10, 11, 12, 0, 0],
  ];
  const data = [9, 8, 7, 12, 11, 10, 3, 2, 1, 6, 5, 4];
  expect((await decode(written('a.bmp', bmp(24, [lower, upper])))).data).toEqual(data);
  expect((await decode(written('b.bmp', bmp(24, [upper, lower], { height: -2 })))).data).toEqual(data);
  expect(
    (
      await decode(
        written(
          'c.bmp',
          bmp(32, [
            [1, 2, 3, 0, 4, 5, 6, 0],
            [7, 8, 9, 0, 10, 11, 12, 0],
          ]),
        ),
      )
    ).data,
  ).toEqual(data);
  const palette = [30, 20, 10, 0, 60, 50, 40, 0];
  const small = bmp(
    8,
    [
      [0, 1, 0, 0],
      [1, 0, 0, 0],
    ],
    { palette },
  );
  expect((await decode(written('d.bmp', small))).data).toEqual([40, 50, 60, 10, 20, 30, 10, 20, 30, 40, 50, 60]);
  const packed = Buffer.from(small);
  packed.writeUInt32LE(1, 30);
  await expect(decode(written('e.bmp', packed))).rejects.toThrow('it is compressed, which is not read');
  await expect(decode(written('f.bmp', small.subarray(0, small.length - 1)))).rejects.toThrow('its end is missing');
});

it('large images of all threads share a budget: two of 60 % of it are not held at once, small ones always fit', async () => {
  const share = Math.floor(maxPixels * 0.6);
  const first = await holdPixels(share);
  let second = false;
  const waiting = holdPixels(share).then((release) => {
    second = true;
    return release;
  });
  (await holdPixels(1e6))();
  await new Promise((done) => setTimeout(done, 60));
  expect(second).toBe(false);
  first();
  first();
  (await waiting)();
  // All was given back: the whole budget fits.
  (await holdPixels(maxPixels))();
});
