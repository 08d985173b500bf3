import sharp from 'sharp';
import { expect, it } from 'vitest';
import { upright, webpOrientation } from './webp-turn.ts';

const [width, height] = [3, 2];
const pixels = Uint8Array.from({ length: width * height * 3 }, (_, i) => 10 * i);
const stored = () => sharp(pixels, { raw: { width, height, channels: 3 } });

it.each([1, 2, 3, 4, 5, 6, 7, 8])('turns a picture of 3 x 2 pixels with the orientation %i as training does', async (orientation) => {
  const file = await stored().webp({ lossless: true }).withMetadata({ orientation }).toBuffer();
  expect(await webpOrientation(new Blob([new Uint8Array(file)]))).toBe(orientation);
  const { data, info } = await sharp(file).autoOrient().raw().toBuffer({ resolveWithObject: true });
  expect(upright({ data: pixels, width, height }, orientation)).toEqual({ data: new Uint8Array(data), width: info.width, height: info.height });
});

it('says 1 of a file without an orientation, of another kind, or that is cut off within it', async () => {
  const of = (bytes: Uint8Array) => webpOrientation(new Blob([new Uint8Array(bytes)]));
  const turned = await stored().webp({ lossless: true }).withMetadata({ orientation: 6 }).toBuffer();
  expect(await of(await stored().webp().toBuffer())).toBe(1);
  expect(await of(await stored().jpeg().withMetadata({ orientation: 6 }).toBuffer())).toBe(1);
  expect(await of(new Uint8Array())).toBe(1);
  for (let length = 1; length < turned.length; length++) expect([1, 6]).toContain(await of(turned.subarray(0, length)));
});

it('looks at the first 1000 chunks: of a file of 8 MB in empty ones it does not read a million', async () => {
  const turned = await stored().webp({ lossless: true }).withMetadata({ orientation: 6 }).toBuffer();
  const empty = (count: number) => Buffer.from('JUNK\0\0\0\0'.repeat(count), 'latin1');
  const within = (count: number) => webpOrientation(new Blob([turned.subarray(0, 12), turned.subarray(12, 30), empty(count), turned.subarray(30)]));
  expect(await within(990)).toBe(6);
  expect(await within(2 ** 20)).toBe(1);
});
