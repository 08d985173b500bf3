import { describe, expect, it } from 'vitest';
import { createScreen, inked, screenShapes, thresholdAt } from './halftone.ts';

/** Mean ink over 10,000 thresholds in even steps from 0 to 1. */
const meanInk = (cover: number, edge: number) =>
  Array.from({ length: 10_000 }, (_, i) => inked(cover, (i + 0.5) / 10_000, edge)).reduce((sum, ink) => sum + ink, 0) / 10_000;

describe.each([0.05, 0.25, 1])('with an edge of %d of the scale', (edge) => {
  it.each([0, 0.001, 0.01, 0.1, 0.125, 0.5, 0.9, 0.99, 1])('a cover of %d has as much ink on average', (cover) => {
    expect(meanInk(cover, edge)).toBeCloseTo(cover, 5);
  });
});

it('bare paper has no ink anywhere and a full tone has no gap, for every threshold', () => {
  for (let i = 0; i <= 100; i++) {
    expect(inked(0, i / 100, 0.25)).toBe(0);
    expect(inked(1, i / 100, 0.25)).toBe(1);
  }
});

it('a dot of 2 percent with an edge of a quarter reaches the threshold 0.1 = sqrt(2 x 0.25 x 0.02) and covers 40 percent in its middle', () => {
  expect(inked(0.02, 0, 0.25)).toBeCloseTo(0.4, 10);
  expect(inked(0.02, 0.05, 0.25)).toBeCloseTo(0.2, 10);
  expect(inked(0.02, 0.1, 0.25)).toBeCloseTo(0, 10);
  // Its negative is the gap of the same size.
  expect(inked(0.98, 1, 0.25)).toBeCloseTo(0.6, 10);
});

it('a dot of half the area ends as it did: full at 0.375, half at 0.5, none at 0.625', () => {
  expect([0.375, 0.4375, 0.5, 0.5625, 0.625].map((threshold) => inked(0.5, threshold, 0.25))).toEqual([1, 0.75, 0.5, 0.25, 0]);
});

it('a cover that rounding brought a little below 0 or above 1 is none or all', () => {
  expect(inked(-1e-12, 0, 0.25)).toBe(0);
  expect(inked(1 + 1e-12, 1, 0.25)).toBe(1);
});

it('more cover never takes ink away, at any threshold', () => {
  for (let threshold = 0; threshold <= 1; threshold += 0.05) {
    for (let cover = 0; cover < 1; cover += 0.01) expect(inked(cover + 0.01, threshold, 0.25)).toBeGreaterThanOrEqual(inked(cover, threshold, 0.25) - 1e-12);
  }
});

describe.each(screenShapes)('on a sheet of 512 x 512 samples with a %s screen', (shape) => {
  it.each([0, 0.01, 0.5, 0.99, 1])('a cover of %d has as much ink on average, within 0.001', (cover) => {
    const screen = createScreen(shape, 8, 0.3);
    let ink = 0;
    for (let y = 0; y < 512; y++) {
      for (let x = 0; x < 512; x++) ink += inked(cover, thresholdAt(screen, x, y), 0.25);
    }
    expect(Math.abs(ink / 512 ** 2 - cover)).toBeLessThan(cover === 0 || cover === 1 ? 1e-12 : 0.001);
  });
});
