import { expect, it } from 'vitest';
import { grayRotation } from './rotate-gray.ts';

// A vertical stroke over a horizontal one, and one bright corner.
const picture = Uint8Array.from([0, 0, 100, 0, 0, 0, 0, 200, 0, 0, 0, 0, 250, 0, 0, 10, 20, 30, 40, 50, 0, 0, 0, 0, 255]);

// Computed by Pillow 13.0: Image.fromarray(picture).rotate(degrees, Image.BILINEAR).
it.each([
  [15, [0, 55, 51, 0, 0, 0, 51, 149, 0, 0, 0, 8, 250, 16, 25, 4, 12, 32, 28, 107, 5, 4, 1, 0, 105]],
  [45, [0, 29, 0, 0, 0, 29, 158, 62, 0, 35, 0, 62, 250, 47, 69, 0, 0, 37, 17, 0, 0, 7, 9, 0, 0]],
  [90, [0, 0, 0, 50, 255, 0, 0, 0, 40, 0, 100, 200, 250, 30, 0, 0, 0, 0, 20, 0, 0, 0, 0, 10, 0]],
])('turns by %d degrees counter-clockwise as Pillow does', (degrees, expected) => {
  expect([...grayRotation(5, degrees)(picture)]).toEqual(expected);
});

it('copies the image where there is nothing to turn', () => {
  const copy = grayRotation(5, 0)(picture);
  expect(copy).toEqual(picture);
  copy[0] = 1;
  expect(picture[0]).toBe(0);
});

it('gives the image back after four quarter turns', () => {
  const quarter = grayRotation(5, 90);
  expect(quarter(quarter(quarter(quarter(picture))))).toEqual(picture);
});
