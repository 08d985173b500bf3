import { type AffineMap, type Augmentation, completeOptions, createRandom } from '@gradalign/core';
import { expect, it } from 'vitest';
import plugin from '../index.ts';

const n = 600;
const unit: AffineMap = { xx: 1, xy: 0, x0: 0, yx: 0, yy: 1, y0: 0 };
const make = (name: string, options: object = {}): Augmentation => {
  const item = plugin.items.find((one) => one.kind === 'augmentation' && one.name === name);
  if (!item) throw new Error(`no augmentation ${name}`);
  return (item as unknown as { create(options: unknown): Augmentation }).create(completeOptions(item, { ...options }));
};
/** The map that an augmentation makes of the whole of a square. */
function mapOf({ geometry }: Augmentation, ...keys: (string | number)[]): AffineMap {
  if (!geometry) throw new Error('no geometry');
  return geometry(unit, { width: 1, height: 1 }, createRandom(keys));
}
const draws = <T>(of: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => of(i));

/** Largest distance of the values' distribution from the uniform one on low..high (Kolmogorov and Smirnov): below 1.63 / sqrt(n) in 99 of 100 cases. */
function farFromUniform(values: readonly number[], low: number, high: number): number {
  const sorted = values.map((value) => (value - low) / (high - low)).sort((a, b) => a - b);
  expect(sorted[0]).toBeGreaterThanOrEqual(-1e-9);
  expect(sorted.at(-1)).toBeLessThanOrEqual(1 + 1e-9);
  return Math.max(...sorted.map((value, i) => Math.max(value - i / sorted.length, (i + 1) / sorted.length - value)));
}
const most = 1.63 / Math.sqrt(n);

it('random-resized-crop: shares of the area are uniform between 0.2 and 0.5, logarithms of the ratio between 3/4 and 4/3', () => {
  const crop = make('random-resized-crop', { scale: [0.2, 0.5] });
  const maps = draws((i) => mapOf(crop, 'crop', i));
  expect(
    farFromUniform(
      maps.map(({ xx, yy }) => xx * yy),
      0.2,
      0.5,
    ),
  ).toBeLessThan(most);
  expect(
    farFromUniform(
      maps.map(({ xx, yy }) => Math.log(xx / yy)),
      Math.log(3 / 4),
      Math.log(4 / 3),
    ),
  ).toBeLessThan(most);
  expect(
    farFromUniform(
      maps.map(({ x0, xx }) => x0 / (1 - xx)),
      0,
      1,
    ),
  ).toBeLessThan(most);
});

it('flip at p 0.5 turns half of 600 round (two in a hundred thousand chances to miss 250..350)', () => {
  const flipped = draws((i) => mapOf(make('flip'), 'flip', i).xx < 0);
  const count = flipped.filter(Boolean).length;
  expect(count).toBeGreaterThan(250);
  expect(count).toBeLessThan(350);
});

it('rotate: angles are uniform within 30 degrees to either side', () => {
  const rotate = make('rotate', { degrees: 30 });
  const angles = draws((i) => {
    const { xx, yx } = mapOf(rotate, 'turn', i);
    return (Math.atan2(yx, xx) * 180) / Math.PI;
  });
  expect(farFromUniform(angles, -30, 30)).toBeLessThan(most);
});

it('cutout at p 0.3 cuts 30 percent of 600, with areas uniform between 0.05 and 0.15', () => {
  const cutout = make('cutout', { p: 0.3, scale: [0.05, 0.15] });
  const parts = draws((i) => cutout.erase?.(createRandom(['cut', i]), 256) ?? []).flat();
  expect(parts.length / n).toBeCloseTo(0.3, 1);
  const areas = parts.map(({ left, top, right, bottom }) => (right - left) * (bottom - top));
  expect(farFromUniform(areas, 0.05, 0.15)).toBeLessThan(1.63 / Math.sqrt(areas.length));
});

it('colour: factors of brightness are uniform within 0.7 and 1.3, of contrast too, and neither moves with the other off', () => {
  const factors = (options: object) => draws((i) => make('colour', options).color?.(createRandom(['colour', i])));
  const gains = (options: object) => factors(options).map((map) => (map?.matrix[0] ?? []).reduce((sum, value) => sum + value, 0));
  expect(farFromUniform(gains({ brightness: 0.3 }), 0.7 - 1e-3, 1.3 + 1e-3)).toBeLessThan(most);
  expect(farFromUniform(gains({ contrast: 0.3 }), 0.7 - 1e-3, 1.3 + 1e-3)).toBeLessThan(most);
  // Mid-gray stays mid-gray: gain * 0.5 + offset = 0.5.
  for (const map of factors({ contrast: 0.3 })) {
    expect(0.5 * (map?.matrix[0] ?? []).reduce((sum, value) => sum + value, 0) + (map?.offset[0] ?? 0)).toBeCloseTo(0.5, 2);
  }
  const saturations = factors({ saturation: 0.4 }).map((map) => (map?.matrix[0]?.[0] ?? 0) - (map?.matrix[1]?.[0] ?? 0));
  expect(farFromUniform(saturations, 0.6 - 2e-3, 1.4 + 2e-3)).toBeLessThan(most);
});

it('grayscale at p 0.2 takes the colors of a fifth of 600', () => {
  const gray = draws((i) => make('grayscale', { p: 0.2 }).color?.(createRandom(['gray', i]))?.matrix[0]?.[0] !== 1);
  expect(gray.filter(Boolean).length / n).toBeCloseTo(0.2, 1);
});
