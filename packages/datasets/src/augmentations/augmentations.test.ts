import { type AffineMap, type Augmentation, completeOptions, createRandom } from '@gradalign/core';
import { expect, it } from 'vitest';
import plugin from '../index.ts';

const size = { width: 200, height: 100 };
const whole: AffineMap = { xx: 200, xy: 0, x0: 0, yx: 0, yy: 100, y0: 0 };
const make = (name: string, options: object = {}): Augmentation => {
  const item = plugin.items.find((one) => one.kind === 'augmentation' && one.name === name);
  if (!item) throw new Error(`no augmentation ${name}`);
  return (item as unknown as { create(options: unknown): Augmentation }).create(completeOptions(item, { ...options }));
};
const draws = <T>(of: (i: number) => T, n = 4000): T[] => Array.from({ length: n }, (_, i) => of(i));
const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
const at = ({ xx, xy, x0, yx, yy, y0 }: AffineMap, u: number, v: number) => [xx * u + xy * v + x0, yx * u + yy * v + y0];

it('random-resized-crop: areas uniform in 0.25..0.75 (mean 1/2), ratios within 3/4..4/3, always inside', () => {
  const crop = make('random-resized-crop', { scale: [0.25, 0.75] });
  const square: AffineMap = { xx: 100, xy: 0, x0: 0, yx: 0, yy: 100, y0: 0 };
  const maps = draws((i) => crop.geometry?.(square, { width: 100, height: 100 }, createRandom(['crop', i])) as AffineMap);
  expect(mean(maps.map(({ xx, yy }) => (xx * yy) / 10_000))).toBeCloseTo(0.5, 1);
  for (const map of maps) {
    const ratio = map.xx / map.yy;
    expect(ratio).toBeGreaterThan(0.74);
    expect(ratio).toBeLessThan(1.34);
    expect(Math.min(map.x0, map.y0)).toBeGreaterThanOrEqual(0);
    expect(Math.max(map.x0 + map.xx, map.y0 + map.yy)).toBeLessThanOrEqual(100.001);
  }
});

it('random-resized-crop: where nothing fits, the largest centered part of an allowed ratio', () => {
  const crop = make('random-resized-crop', { scale: [1, 1] });
  // 200 x 100 is wider than 4/3: 133.3 x 100 in the middle.
  const map = crop.geometry?.(whole, size, createRandom([0])) as AffineMap;
  expect(map.xx).toBeCloseTo(400 / 3, 6);
  expect(map.x0).toBeCloseTo((200 - 400 / 3) / 2, 6);
});

it('flip: half of the pictures, and the left edge then shows what was right', () => {
  const flipped = draws((i) => (make('flip').geometry?.(whole, size, createRandom(['flip', i])) ?? whole).xx < 0);
  expect(mean(flipped.map(Number))).toBeCloseTo(0.5, 1);
  expect(at(make('flip', { p: 1 }).geometry?.(whole, size, createRandom([0])) as AffineMap, 0, 0.5)).toEqual([200, 50]);
});

it('rotate: angles uniform in -90..90, the middle stays', () => {
  const rotate = make('rotate', { degrees: 90 });
  const square: AffineMap = { xx: 1, xy: 0, x0: 0, yx: 0, yy: 1, y0: 0 };
  const angles = draws((i) => {
    const map = rotate.geometry?.(square, { width: 1, height: 1 }, createRandom(['turn', i])) as AffineMap;
    const [x = 0, y = 0] = at(map, 0.5, 0.5);
    expect([x, y].map((value) => Math.round(value * 1e9) / 1e9)).toEqual([0.5, 0.5]);
    return (Math.atan2(map.yx, map.xx) * 180) / Math.PI;
  });
  expect(Math.max(...angles)).toBeLessThanOrEqual(90);
  expect(mean(angles) / 90).toBeCloseTo(0, 1);
  expect(mean(angles.map(Math.abs))).toBeGreaterThan(40);
});

it('rotate: outside is black by default, as the crop is all that torchvision sees; the source beyond it takes one bilinear pass', () => {
  expect([make('rotate').clips, make('rotate', { outside: 'source' }).clips]).toEqual([true, false]);
  expect(make('rotate', { outside: 'source' }).interpolation).toBe('bilinear');
  expect(() => make('rotate', { outside: 'source', interpolation: 'bicubic' })).toThrow(
    "Cannot use rotate: outside is 'source' and interpolation 'bicubic', expected outside: crop, or interpolation: bilinear",
  );
});

it('cutout: a value is its fill, and inside it is a square of a uniform share', () => {
  const parts = draws((i) => make('cutout', { p: 1, share: 'uniform', fill: 'value', value: 0.5 }).erase?.(createRandom(['square', i]), 100) ?? []).flat();
  expect(new Set(parts.map(({ fill }) => fill))).toEqual(new Set([0.5]));
  for (const { left, top, right, bottom } of parts) {
    expect(right - left).toBeCloseTo(bottom - top, 9);
    expect(Math.min(left, top, 1 - right, 1 - bottom)).toBeGreaterThanOrEqual(-1e-9);
  }
  // Sides are floor(100 √t) / 100: a share of 1/2 less about 0.0066.
  expect(mean(parts.map(({ left, right }) => (right - left) ** 2))).toBeCloseTo(0.49, 1);
});

it('cutout: at probability 1/2, areas within 2 to 33 %, inside', () => {
  const parts = draws((i) => make('cutout').erase?.(createRandom(['cut', i]), 256) ?? []);
  expect(mean(parts.map(({ length }) => length))).toBeCloseTo(0.5, 1);
  for (const { left, top, right, bottom } of parts.flat()) {
    const area = (right - left) * (bottom - top);
    expect(area).toBeGreaterThan(0.0199);
    expect(area).toBeLessThan(0.3301);
    expect(Math.min(left, top)).toBeGreaterThanOrEqual(0);
    expect(Math.max(right, bottom)).toBeLessThanOrEqual(1);
  }
});

it('colour: without options nothing changes; brightness 0.5 multiplies by 0.5 to 1.5; hue keeps gray gray', () => {
  const none = make('colour').color?.(createRandom([1]));
  for (const [c, row] of (none?.matrix ?? []).entries()) for (const [d, value] of row.entries()) expect(value).toBeCloseTo(c === d ? 1 : 0, 2);
  const bright = draws(
    (i) =>
      make('colour', { brightness: 0.5 })
        .color?.(createRandom(['b', i]))
        ?.matrix[0]?.reduce((a, b) => a + b, 0) ?? 0,
  );
  expect(mean(bright)).toBeCloseTo(1, 1);
  expect(Math.min(...bright)).toBeGreaterThanOrEqual(0.499);
  const hue = make('colour', { hue: 0.5 }).color?.(createRandom([2]));
  for (const row of hue?.matrix ?? []) expect(row.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 2);
});

it('grayscale at probability 1 makes the channels equal', () => {
  const rows = make('grayscale', { p: 1 }).color?.(createRandom([0]))?.matrix;
  expect(rows?.[0]).toEqual(rows?.[2]);
});
