import { expect, it } from 'vitest';
import type { PixelImage } from '../contracts/pixel-image.ts';
import { wholeImage } from './affine-map.ts';
import { cubic, resample, triangle } from './resample.ts';
import { sampleBicubic } from './sample-bicubic.ts';

const row = (...values: number[]): PixelImage => ({ data: Uint8Array.from(values), width: values.length, height: 1, channels: 1 });
const along = (x0: number, xx: number) => ({ xx, xy: 0, x0, yx: 0, yy: 1, y0: 0 });

it('half the size with a triangle: weights 1/8, 3/8, 3/8, 1/8 inside, without those beyond the border at it', () => {
  // First pixel, center 1: 80 · 3 / 7; second, center 3: 80 · 1 / 7.
  expect([...resample(row(0, 80, 0, 0), along(0, 4), 2, triangle).data.slice(0, 2)]).toEqual([34, 11]);
});

it('twice the size with a cubic of weights 111, 29, -9, -3 of 128 at distances 1/4, 3/4, 5/4, 7/4: an edge overshoots on both sides', () => {
  const { data } = resample(row(0, 0, 128, 128), along(0, 4), 8, cubic);
  // Third: -9 is cut to 0. Fourth: 29 - 3. Fifth: 111 - 9. Sixth, whose farthest pixel is beyond the border: 128 · (111 + 29) / (128 + 3).
  expect([...data.slice(2, 6)]).toEqual([0, 26, 102, 137]);
});

it('pixels outside the crop are not read, a negative scale mirrors, and beyond the image it is black', () => {
  const image = row(250, 10, 20, 250);
  expect([...resample(image, along(1, 2), 2, cubic).data.slice(0, 2)]).toEqual([10, 20]);
  expect([...resample(image, along(3, -2), 2, cubic).data.slice(0, 2)]).toEqual([20, 10]);
  expect([...resample(image, along(2, 4), 4, cubic).data.slice(0, 4)]).toEqual([20, 250, 0, 0]);
});

it('the cubic of turns reads pixels as they are at their centers, and is black outside', () => {
  const image: PixelImage = { data: Uint8Array.from([1, 2, 3, 4]), width: 2, height: 2, channels: 1 };
  expect([...sampleBicubic(image, wholeImage(image), 2).data]).toEqual([1, 2, 3, 4]);
  expect([...sampleBicubic(image, { ...wholeImage(image), x0: 1 }, 2).data]).toEqual([2, 0, 4, 0]);
  // A quarter turn about the middle: the output's first row is the column x = 0 from below.
  expect([...sampleBicubic(image, { xx: 0, xy: 2, x0: 0, yx: -2, yy: 0, y0: 2 }, 2).data]).toEqual([3, 1, 4, 2]);
  // Halfway between 0 and 100 with a = -1: 100 · (1/8 · 5 - 1/8) = 50.
  expect(sampleBicubic(row(0, 0, 100, 100), along(1.5, 1), 1).data[0]).toBe(50);
});
