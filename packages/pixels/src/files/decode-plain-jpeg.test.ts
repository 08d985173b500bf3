import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp, { type JpegOptions } from 'sharp';
import { expect, it, vi } from 'vitest';
import { createRandom } from '../contracts/random.ts';
import { decodePlainJpeg } from './decode-plain-jpeg.ts';
import { readPlainJpegHeader } from './jpeg-header.ts';

/** A slope with noise and edges of color. */
function encoded(width: number, height: number, options: JpegOptions, gray = false): Promise<Buffer> {
  const random = createRandom(['picture', width, height]);
  const pixels = Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    const pixel = Math.floor(i / 3);
    return (pixel % width) / 2 + 60 * (((pixel >> 3) + i) % 3) + random.integer(40);
  });
  const whole = sharp(pixels, { raw: { width, height, channels: 3 } });
  return (gray ? whole.toColorspace('b-w') : whole).jpeg(options).toBuffer();
}

const bySharp = (file: Buffer) => sharp(file, { failOn: 'error' }).toColorspace('srgb').raw({ depth: 'uchar' }).toBuffer();

async function decode(file: Buffer) {
  const header = readPlainJpegHeader(file);
  return header && (await decodePlainJpeg(file, header));
}

/** 40 x 24 in 4:2:2 with a restart marker after each two blocks, which sharp does not write: made by Pillow. */
const withRestarts = Buffer.from(
  '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAA0JCgsKCA0LCgsODg0PEyAVExISEyccHhcgLikxMC4pLSwzOko+MzZGNywtQFdBRkxOUlNSMj5aYVpQYEpRUk//2wBDAQ4ODhMREyYVFSZPNS01' +
    'T09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT0//wAARCAAYACgDASEAAhEBAxEB/8QAGgAAAQUBAAAAAAAAAAAAAAAABAABAgMGBf/EABcQAAMBAAAA' +
    'AAAAAAAAAAAAAAACA2H/xAAZAQEAAwEBAAAAAAAAAAAAAAAFAwQGAAH/xAAaEQACAwEBAAAAAAAAAAAAAAAAAgMEMQEh/90ABAAC/9oADAMBAAIRAxEAPwCxLaGJbTyumgkSEktoaltK' +
    '9dNF4kP/0NCl9ECdQRRPDLJbR0tpo7qYZ6uh/9G9L6OltOuphPXQNS2iJeoJInh//9LgJbQ1LaI100jiQkltDEtpXrpovEh//9OKW0RW6hqETw//2Q==',
  'base64',
);

it('color is within 4 of 255 of what libjpeg makes of it, in all samplings, at odd sizes, with restart markers', async () => {
  const files: Buffer[] = [withRestarts];
  for (const [width, height] of [
    [16, 16],
    [17, 23],
    [301, 299],
  ] as const) {
    for (const chromaSubsampling of ['4:2:0', '4:4:4']) files.push(await encoded(width, height, { chromaSubsampling, quality: 90 }));
  }
  for (const file of files) {
    const image = await decode(file);
    const expected = await bySharp(file);
    const { width, height } = await sharp(file).metadata();
    expect(image).toMatchObject({ width, height, channels: 3 });
    const differences = expected.map((value, i) => Math.abs(value - (image?.data[i] as number)));
    expect(
      differences.reduce((most, v) => Math.max(most, v), 0),
      `${width} x ${height}`,
    ).toBeLessThanOrEqual(4);
    expect(differences.reduce((sum, v) => sum + v, 0) / differences.length).toBeLessThan(0.6);
  }
});

it('gray has one channel, within 1 of what libjpeg makes of it', async () => {
  const file = await encoded(33, 57, { quality: 80 }, true);
  const image = await decode(file);
  expect(image).toMatchObject({ width: 33, height: 57, channels: 1 });
  const expected = (await bySharp(file)).filter((_, i) => i % 3 === 0);
  expect(Math.max(...expected.map((value, i) => Math.abs(value - (image?.data[i] as number))))).toBeLessThanOrEqual(1);
});

it('takes none of the damaged files that sharp refuses: 1, 16 or 64 bytes changed, one added, one left out, anywhere', async () => {
  const random = createRandom(['damage']);
  const files = [withRestarts, await encoded(48, 40, { quality: 70 })];
  const counts = { refused: 0, read: 0 };
  for (let n = 0; n < 600; n++) {
    const file = Buffer.from(files[n % 2] as Buffer);
    const at = 2 + random.integer(file.length - 2);
    const length = [1, 16, 64, 1, 1][n % 5] as number;
    const changed = Buffer.from(Uint8Array.from({ length: n % 5 === 4 ? 0 : n % 5 === 3 ? 2 : length }, () => random.integer(256)));
    const damaged = Buffer.concat([file.subarray(0, at), changed, file.subarray(at + length)]);
    const sound = await bySharp(damaged).then(
      () => true,
      () => false,
    );
    const image = await decode(damaged);
    if (!sound) expect(image, `number ${n}, from byte ${at}`).toBeUndefined();
    if (!sound) counts.refused++;
    else if (image) counts.read++;
  }
  expect(counts.refused).toBeGreaterThan(100);
  expect(counts.read).toBeGreaterThan(50);
});

it('a header that is not the file’s gives nothing', async () => {
  const file = await encoded(32, 32, {});
  expect(await decodePlainJpeg(file, { width: 32, height: 31, channels: 3 })).toBeUndefined();
});

it('where the platform has no binary, sharp decodes', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'gradalign plain-'));
  const path = join(folder, 'picture.jpg');
  const file = await encoded(64, 48, {});
  writeFileSync(path, file);
  vi.resetModules();
  vi.doMock('@napi-rs/image', () => {
    throw new Error('Cannot find native binding');
  });
  try {
    const { decodeImage } = await import('./decode-image.ts');
    expect((await decodeImage({ path }, { channels: 3 })).image.data).toEqual(new Uint8Array(await bySharp(file)));
  } finally {
    vi.doUnmock('@napi-rs/image');
    rmSync(folder, { recursive: true });
  }
});
