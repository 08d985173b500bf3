import { expect, test } from 'vitest';
import { wholeImage } from './affine-map.ts';
import { renderView } from './render-view.ts';

const gray = (width: number, height: number, value: (x: number, y: number) => number) => ({
  data: Uint8Array.from({ length: width * height * 3 }, (_, i) => value(Math.floor(i / 3) % width, Math.floor(i / 3 / width))),
  width,
  height,
  channels: 3 as const,
});

test('the whole image at its own size is the image itself', () => {
  const image = gray(8, 8, (x, y) => 31 * x + y);
  expect(renderView(image, wholeImage(image), 8)).toEqual(image.data);
});

test('a map of the right half shows its pixels, and black beyond the border', () => {
  const image = gray(8, 8, (x) => 20 + 10 * x);
  const shown = renderView(image, { xx: 8, xy: 0, x0: 4, yx: 0, yy: 8, y0: 0 }, 8);
  expect([...shown.slice(0, 24)].filter((_, i) => i % 3 === 0)).toEqual([60, 70, 80, 90, 0, 0, 0, 0]);
});

test('half the size is the mean of each 2 x 2 pixels', () => {
  const image = gray(4, 4, (x, y) => 10 * x + 40 * y);
  expect([...renderView(image, wholeImage(image), 2)].filter((_, i) => i % 3 === 0)).toEqual([25, 45, 105, 125]);
});
