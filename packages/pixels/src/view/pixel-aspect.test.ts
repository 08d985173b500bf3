import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import sharp from 'sharp';
import { afterAll, describe, expect, it } from 'vitest';
import { decodeImage } from '../files/decode-image.ts';
import { pixelAspectOf } from './pixel-aspect.ts';

const folder = mkdtempSync(join(tmpdir(), 'aspect-'));
afterAll(() => rmSync(folder, { recursive: true }));
const picture = () => sharp({ create: { width: 20, height: 16, channels: 3, background: '#c04020' } });

/** A JPEG file whose JFIF segment says this. */
async function jpeg(unit: number, x: number, y: number, orientation?: number): Promise<Buffer> {
  const bytes = await (orientation === undefined ? picture() : picture().withMetadata({ orientation })).jpeg().toBuffer();
  const segment = Buffer.from([0xff, 0xe0, 0, 16, ...Buffer.from('JFIF\0'), 1, 2, unit, x >> 8, x & 255, y >> 8, y & 255, 0, 0]);
  return Buffer.concat([bytes.subarray(0, 2), segment, bytes.subarray(2)]);
}

async function png(x: number, y: number): Promise<Buffer> {
  const bytes = await picture().png().toBuffer();
  const content = Buffer.alloc(13);
  content.write('pHYs', 0, 'latin1');
  content.writeUInt32BE(x, 4);
  content.writeUInt32BE(y, 8);
  content.writeUInt8(1, 12);
  const chunk = Buffer.alloc(21);
  chunk.writeUInt32BE(9, 0);
  content.copy(chunk, 4);
  chunk.writeUInt32BE(crc32(content), 17);
  return Buffer.concat([bytes.subarray(0, 33), chunk, bytes.subarray(33)]);
}

describe('pixels that are not square', () => {
  it('200 pixels an inch across and 100 down are half as wide as high; without units the two numbers are the aspect itself', async () => {
    expect(pixelAspectOf(await jpeg(1, 200, 100), 'JPEG')).toBe(0.5);
    expect(pixelAspectOf(await jpeg(0, 4, 3), 'JPEG')).toBe(4 / 3);
    expect(pixelAspectOf(await png(3000, 6000), 'PNG')).toBe(2);
    expect(pixelAspectOf(await picture().tiff({ xres: 2, yres: 3 }).toBuffer(), 'TIFF')).toBeCloseTo(1.5, 6);
    const gif = await picture().gif().toBuffer();
    gif.writeUInt8(113, 12);
    expect(pixelAspectOf(gif, 'GIF')).toBe(2);
  });

  it('a density of zero, a header that is cut off at any byte, and kinds that say nothing count as square', async () => {
    expect(pixelAspectOf(await jpeg(1, 0, 100), 'JPEG')).toBe(1);
    expect(pixelAspectOf(await picture().webp().toBuffer(), 'WebP')).toBe(1);
    const tiff = await picture().tiff({ xres: 2, yres: 3 }).toBuffer();
    for (let length = 0; length < tiff.length; length += 7)
      expect(pixelAspectOf(tiff.subarray(0, length), 'TIFF')).toSatisfy((aspect) => aspect === 1 || aspect > 1.49);
    const short = await png(1, 2);
    for (let length = 0; length < 60; length++)
      expect(pixelAspectOf(short.subarray(0, length), 'PNG')).toSatisfy((aspect) => [1, 2].includes(aspect as number));
  });

  it('are told and kept, or made square by stretching the shorter side; a picture on its side has them the other way', async () => {
    const decode = async (bytes: Buffer, pixelAspect?: 'correct') => {
      const path = join(folder, 'a');
      writeFileSync(path, bytes);
      const { image, stored, changes } = await decodeImage({ path }, { channels: 3, pixelAspect });
      return { size: [image.width, image.height], stored, changes, pixel: [...image.data.subarray(0, 3)] };
    };
    const narrow = await jpeg(1, 200, 100);
    expect(await decode(narrow)).toMatchObject({ size: [20, 16], stored: undefined, changes: ['pixels 0.5 times as wide as high kept so'] });
    const square = await decode(narrow, 'correct');
    expect(square).toMatchObject({ size: [20, 32], stored: { width: 20, height: 16 }, changes: ['pixels 0.5 times as wide as high made square'] });
    for (const [i, value] of [192, 64, 32].entries()) expect(Math.abs((square.pixel[i] as number) - value)).toBeLessThan(5);
    expect(await decode(await jpeg(1, 200, 100, 6), 'correct')).toMatchObject({
      size: [32, 20],
      changes: ['turned 90 degrees (EXIF orientation)', 'pixels 2 times as wide as high made square'],
    });
    expect(await decode(await jpeg(1, 300, 300), 'correct')).toMatchObject({ size: [20, 16], changes: undefined });
    expect(await decode(await jpeg(1, 1, 60000), 'correct')).toMatchObject({ size: [20, 16], changes: undefined });
  });
});
