import { expect, it } from 'vitest';
import type { AffineMap, PixelImage } from '../contracts/pixel-image.ts';
import { createRandom } from '../contracts/random.ts';
import { wholeImage } from './affine-map.ts';
import { foldColor } from './color-map.ts';
import { createImagePyramid, halved } from './image-pyramid.ts';
import { type SampledView, sampleAffine } from './sample-affine.ts';

const gray = (width: number, height: number, value: (x: number, y: number) => number): PixelImage => ({
  data: Uint8Array.from({ length: width * height }, (_, i) => value(i % width, Math.floor(i / width))),
  width,
  height,
  channels: 1,
});
const colored = ({ data, width, height }: PixelImage): PixelImage => ({
  data: Uint8Array.from({ length: 3 * data.length }, (_, i) => data[Math.floor(i / 3)] as number),
  width,
  height,
  channels: 3,
});

/** Values times 255: what a pixel would hold. */
function sample(image: PixelImage, size: number, view: Partial<SampledView> = {}): number[] {
  const out = new Float32Array(size * size * image.channels);
  const plain = { mean: Array(image.channels).fill(0), std: Array(image.channels).fill(1) };
  sampleAffine(createImagePyramid(image), { map: wholeImage(image), ...view }, plain, size, out, 0);
  return [...out].map((v) => Math.round(v * 255 * 1000) / 1000);
}

const nine = gray(3, 3, (x, y) => 10 * x + 100 * y);

it('an output of the same size holds the pixels themselves', () => {
  expect(sample(nine, 3)).toEqual([0, 10, 20, 100, 110, 120, 200, 210, 220]);
});

it('two pixels on four: the border repeats, between them a quarter and three quarters', () => {
  expect(
    sample(
      gray(2, 2, (x) => 100 * x),
      4,
    ).slice(0, 4),
  ).toEqual([0, 25, 75, 100]);
});

it('a quarter turn puts the left column on top', () => {
  // (u, v) is read at x = 3 v, y = 3 (1 - u): the output's first row is x = 0 from below.
  const turn: AffineMap = { xx: 0, xy: 3, x0: 0, yx: -3, yy: 0, y0: 3 };
  expect(sample(nine, 3, { map: turn })).toEqual([200, 100, 0, 210, 110, 10, 220, 120, 20]);
});

it('outside the image it is black; within half a pixel of its border it is the border', () => {
  const image = gray(4, 4, () => 200);
  // One pixel an output pixel, from x = -1.75 on: centers at -1.25, -0.25, 0.75, 1.75.
  expect(sample(image, 4, { map: { xx: 4, xy: 0, x0: -1.75, yx: 0, yy: 4, y0: 0 } }).slice(0, 4)).toEqual([0, 0, 200, 200]);
  expect(sample(image, 4, { map: { xx: 4, xy: 0, x0: -0.5, yx: 0, yy: 4, y0: 0.5 } }).slice(0, 4)).toEqual([200, 200, 200, 200]);
  // Below and to the right as well: centers at 3.5 and 4.5.
  expect(sample(image, 2, { map: { xx: 2, xy: 0, x0: 3, yx: 0, yy: 2, y0: 3 } })).toEqual([200, 0, 0, 0]);
});

it('values are (v / 255 - mean) / std of their channel, written from the offset on', () => {
  const image: PixelImage = { data: Uint8Array.from([255, 51, 0]), width: 1, height: 1, channels: 3 };
  const out = new Float32Array(5).fill(9);
  sampleAffine(createImagePyramid(image), { map: wholeImage(image) }, { mean: [0.5, 0.1, 0.25], std: [0.25, 0.5, 0.5] }, 1, out, 1);
  expect([...out].map((v) => Math.round(v * 1e6) / 1e6)).toEqual([9, 2, 0.2, -0.5, 9]);
});

it('color is a matrix and an offset on 0..1, then clamped', () => {
  const image: PixelImage = { data: Uint8Array.from([51, 102, 204]), width: 1, height: 1, channels: 3 };
  const color = foldColor(
    [
      {
        matrix: [
          [0, 1, 0],
          [0, 0, 2],
          [1, 0, 0],
        ],
        offset: [0.1, 0, -0.5],
      },
    ],
    3,
  );
  expect(sample(image, 1, { color })).toEqual([127.5, 255, 0]);
  expect(
    sample(
      gray(1, 1, () => 100),
      1,
      { color: foldColor([{ matrix: [[2]], offset: [0.2] }], 1) },
    ),
  ).toEqual([251]);
});

it('black outside the image goes through color and normalization like any other value', () => {
  const color = { matrix: [1], offset: [0.2] };
  expect(
    sample(
      gray(1, 1, () => 0),
      1,
      { map: { xx: 1, xy: 0, x0: 5, yx: 0, yy: 1, y0: 5 }, color },
    ),
  ).toEqual([51]);
});

it('erased parts are zero, which is the mean', () => {
  const view = {
    erased: [
      { left: 0.5, top: 0, right: 1, bottom: 0.5 },
      { left: 0.9, top: 0.7, right: 7, bottom: 9 },
    ],
  };
  expect(
    sample(
      gray(4, 4, () => 8),
      4,
      view,
    ),
  ).toEqual([8, 8, 0, 0, 8, 8, 0, 0, 8, 8, 8, 8, 8, 8, 8, 8]);
});

it('one channel and three equal ones give the same but for shares of 14 bits: 300 sizes and maps, inside, at the border, beyond it', () => {
  const random = createRandom(['maps']);
  for (let n = 0; n < 300; n++) {
    const image = gray(1 + random.integer(40), 1 + random.integer(40), () => random.integer(256));
    // Every third map has no turn: its steps along one axis are 0.
    const angle = n % 3 === 0 ? 0 : random.uniform(0, 2 * Math.PI);
    const [width, height] = [random.uniform(1, 60), random.uniform(1, 60)];
    const map = {
      xx: width * Math.cos(angle),
      xy: -height * Math.sin(angle),
      x0: random.uniform(-30, 40),
      yx: width * Math.sin(angle),
      yy: height * Math.cos(angle),
      y0: random.uniform(-30, 40),
    };
    const colors = n % 2 === 0 ? [{ matrix: [[1.5]], offset: [-0.2] }] : [];
    const size = 1 + random.integer(30);
    const one = sample(image, size, { map, color: foldColor(colors, 1) });
    const three = sample(colored(image), size, { map, color: foldColor(colors, 3) });
    const worst = three.reduce((most, v, i) => Math.max(most, Math.abs(v - (one[Math.floor(i / 3)] as number))), 0);
    expect(worst, `map ${n}`).toBeLessThan(0.04);
  }
});

it('color acts on the mean of the points of a pixel, as in a picture that was resized first', () => {
  // Three columns on two: the first pixel's points are at x = 0 (the border) and 0.625 of the way to 200. The mean 62.5 becomes 250; each by itself, 0 and 255.
  const image = gray(3, 3, (x) => (x === 1 ? 200 : 0));
  expect(sample(image, 2, { color: foldColor([{ matrix: [[4]], offset: [0] }], 1) })).toEqual([250, 250, 250, 250]);
  expect(sample(colored(image), 2, { color: foldColor([{ matrix: [[4]], offset: [0] }], 3) })).toEqual(Array(12).fill(250));
});

it('a quarter of the size is the mean of 4 x 4 pixels', () => {
  const image = gray(8, 8, (x, y) => 16 * x + 4 * (y % 4));
  // Columns 0..3 have mean 24, rows 0..3 add 6.
  expect(sample(image, 2)).toEqual([30, 94, 30, 94]);
});

it('a fine chequerboard turns gray when it shrinks to two thirds, not into moiré', () => {
  const chequers = sample(
    gray(96, 96, (x, y) => 255 * ((x + y) % 2)),
    64,
  );
  const deviation = Math.sqrt(chequers.reduce((sum, v) => sum + (v - 127.5) ** 2, 0) / chequers.length);
  expect(deviation).toBeLessThan(16);
});

it('a slope stays a slope at every scale: shrinking moves nothing', () => {
  for (const side of [101, 201, 301, 501, 1001]) {
    const image = gray(side, 40, (x) => (240 * (x + 0.5)) / side);
    const row = sample(image, 40).slice(0, 40);
    // 8-bit levels are rounded once more at each halving.
    row.slice(2, -2).forEach((v, i) => void expect(Math.abs(v - (240 * (i + 2.5)) / 40), `${side} pixels, column ${i + 2}`).toBeLessThan(1.1));
  }
});

it('halves of an odd size count the last column twice', () => {
  expect(halved(gray(3, 1, (x) => 100 * x))).toEqual({ data: Uint8Array.from([50, 200]), width: 2, height: 1, channels: 1 });
  expect(halved(colored(gray(2, 2, (x, y) => 10 * x + 100 * y))).data).toEqual(Uint8Array.from([55, 55, 55]));
  expect(halved({ data: Uint8Array.from([0, 1, 2, 9, 5, 4, 253, 254, 255]), width: 3, height: 1, channels: 3 }).data).toEqual(
    Uint8Array.from([5, 3, 3, 253, 254, 255]),
  );
});

it('halves in color are those of each channel by itself, at any size from 1 x 1 to 9 x 9', () => {
  const random = createRandom(['halves']);
  for (let n = 0; n < 81; n++) {
    const image = gray(1 + (n % 9), 1 + Math.floor(n / 9), () => random.integer(256));
    expect(halved(colored(image)), `${image.width} x ${image.height}`).toEqual(colored(halved(image)));
  }
});
