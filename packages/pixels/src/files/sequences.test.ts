import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import sharp from 'sharp';
import { afterAll, expect, it } from 'vitest';
import { decodeImage } from './decode-image.ts';

const folder = mkdtempSync(join(tmpdir(), 'sequences-'));
afterAll(() => rmSync(folder, { recursive: true }));
const gray = (level: number) => sharp({ create: { width: 16, height: 16, channels: 3, background: { r: level, g: level, b: level } } });

async function firstOf(bytes: Buffer) {
  const path = join(folder, 'a');
  writeFileSync(path, bytes);
  const { image, changes } = await decodeImage({ path }, { channels: 3 });
  return { width: image.width, height: image.height, level: image.data[0], changes };
}

it('of an animated GIF, WebP or PNG the first picture is taken, and that is said', async () => {
  const frames = Buffer.concat([await gray(0).raw().toBuffer(), await gray(255).raw().toBuffer()]);
  const two = () => sharp(frames, { raw: { width: 16, height: 32, channels: 3, pageHeight: 16 } });
  const first = { width: 16, height: 16, level: 0, changes: ['first of several frames'] };
  expect(await firstOf(await two().gif().toBuffer())).toEqual(first);
  expect(await firstOf(await two().webp({ lossless: true }).toBuffer())).toEqual(first);
  // acTL before the picture: two frames, played forever.
  const png = await gray(0).png().toBuffer();
  const content = Buffer.from([...Buffer.from('acTL'), 0, 0, 0, 2, 0, 0, 0, 0]);
  const chunk = Buffer.concat([Buffer.from([0, 0, 0, 8]), content, Buffer.alloc(4)]);
  chunk.writeUInt32BE(crc32(content), 16);
  expect(await firstOf(Buffer.concat([png.subarray(0, 33), chunk, png.subarray(33)]))).toEqual(first);
});

it('an AVIF sequence without a still picture is refused for what it is', async () => {
  const bytes = Buffer.concat([Buffer.from('\0\0\0\x1cftypavis\0\0\0\0avisavifmsf1'), Buffer.from('\0\0\0\x10moov\0\0\0\x08mvhd')]);
  await expect(firstOf(bytes)).rejects.toThrow('it is a sequence of pictures without a still one, which is not read, expected a still picture, or a video');
});
