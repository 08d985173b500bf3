import { expect, it } from 'vitest';
import { cutImage } from './cut-image.ts';

it('rows 1 and 2, columns 1 to 3 of a picture of 4 x 3 whose pixels count from 0', () => {
  const data = Uint8Array.from({ length: 4 * 3 * 3 }, (_, i) => Math.floor(i / 3));
  const part = cutImage({ data, width: 4, height: 3, channels: 3 }, { x: 1, y: 1, width: 3, height: 2 });
  const pixels = Array.from({ length: 6 }, (_, i) => [...part.data.subarray(3 * i, 3 * i + 3)]);
  expect([part.width, part.height, part.channels, pixels.map(([value]) => value)]).toEqual([3, 2, 3, [5, 6, 7, 9, 10, 11]]);
  expect(pixels.every(([r, g, b]) => r === g && g === b)).toBe(true);
});
