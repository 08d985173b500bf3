import sharp from 'sharp';
import { expect, it } from 'vitest';
import { cropSubsampling, jpegRoundTrip } from './jpeg-round-trip.ts';

/** Ramps, edges and stripes, with saturated colors. */
function drawing(width: number, height: number): Uint8Array {
  return Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    const [x, y, c] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width), i % 3];
    const edge = (x - width / 2) ** 2 + (y - height / 2) ** 2 < (width * height) / 9 ? 140 : 0;
    return (((x * (c + 2) + y * 3) % 115) + edge + ((x * 7919 + y * 104729 + c * 31) % 23)) % 256;
  });
}

it.each([
  [8, 8],
  [64, 64],
  [37, 50],
  [49, 17],
])('%i x %i pixels have the values of a file that sharp writes and reads, at any quality', async (width, height) => {
  const data = drawing(width, height);
  for (const quality of [1, 25, 50, 75, 89, 90, 95, 100]) {
    const file = await sharp(data, { raw: { width, height, channels: 3 } })
      .jpeg({ quality, chromaSubsampling: cropSubsampling(quality) })
      .toBuffer();
    const expected = new Uint8Array(await sharp(file).raw().toBuffer());
    const { data: found } = jpegRoundTrip({ data, width, height, channels: 3 }, quality);
    expect([quality, Math.max(...expected.map((value, i) => Math.abs(value - (found[i] as number))))]).toEqual([quality, 0]);
  }
});

it('one gray level stays as it is', () => {
  const { data } = jpegRoundTrip({ data: new Uint8Array(300).fill(77), width: 10, height: 10, channels: 3 }, 95);
  expect([...new Set(data)]).toEqual([77]);
});
