import type { AffineMap } from '@gradalign/core';
import { renderView } from '@gradalign/core/images';
import { cropMap } from '@gradalign/pixels';
import { describe, expect, test } from 'vitest';
import { cropConvention } from './crop-convention.ts';

const at = (map: AffineMap, u: number, v: number) => ({ x: map.xx * u + map.xy * v + map.x0, y: map.yx * u + map.yy * v + map.y0 });
const corners = (map: AffineMap) => [at(map, 0, 0), at(map, 1, 1)].flatMap(({ x, y }) => [x, y]);
const box = { x: 100, y: 40, width: 60, height: 80 };

describe('a box of 60 x 80 at (100, 40)', () => {
  test('is shown as it is by safas: margin 0, stretched', () => {
    expect(corners(cropMap(cropConvention('safas'), { box }))).toEqual([100, 40, 160, 120]);
  });

  test('about its center (130, 80): gd-fas shows 1.6 times the longer side, iadg 1.7 times, ssan 1.3 times each side', () => {
    for (const [name, wanted] of [
      ['gd-fas', [66, 16, 194, 144]],
      ['iadg', [62, 12, 198, 148]],
      ['ssan', [91, 28, 169, 132]],
    ] as const) {
      for (const [i, value] of corners(cropMap(cropConvention(name), { box })).entries()) expect(value).toBeCloseTo(wanted[i] as number, 9);
    }
  });
});

describe('alignment', () => {
  const tilted = { rightEye: { x: 50, y: 60 }, leftEye: { x: 80, y: 100 } };

  test('brings the eyes to (0.343, 0.461) and (0.657, 0.461), whatever their slope', () => {
    const map = cropMap(cropConvention('ssdg'), { landmarks: tilted });
    const distance = 35.24 / 112;
    const [right, left] = [at(map, 0.5 - distance / 2, 51.6 / 112), at(map, 0.5 + distance / 2, 51.6 / 112)];
    for (const [found, wanted] of [
      [right, tilted.rightEye],
      [left, tilted.leftEye],
    ] as const) {
      expect(found.x).toBeCloseTo(wanted.x, 9);
      expect(found.y).toBeCloseTo(wanted.y, 9);
    }
    // A turn and a scale, nothing sheared: 50 pixels between the eyes make a side of 50 / 0.3146.
    expect(Math.hypot(map.xx, map.yx)).toBeCloseTo(50 / distance, 9);
    expect(map.xx).toBeCloseTo(map.yy, 9);
    expect(map.xy).toBeCloseTo(-map.yx, 9);
  });

  test('does not stand on its head where right and left are told the wrong way round', () => {
    const swapped = { rightEye: tilted.leftEye, leftEye: tilted.rightEye };
    expect(cropMap(cropConvention('ssdg'), { landmarks: swapped })).toEqual(cropMap(cropConvention('ssdg'), { landmarks: tilted }));
  });

  test('with a margin shows more about the same center', () => {
    const plain = cropMap(cropConvention('ssdg'), { landmarks: tilted });
    const wide = cropMap(cropConvention('ssdg', { margin: 0.5 }), { landmarks: tilted });
    expect(at(wide, 0.5, 0.5).x).toBeCloseTo(at(plain, 0.5, 0.5).x, 9);
    expect(wide.xx).toBeCloseTo(1.5 * plain.xx, 9);
  });

  test('pixels: two dots on a slope come to lie level', () => {
    const side = 128;
    const data = new Uint8Array(side * side * 3);
    for (const { x, y } of Object.values(tilted))
      for (const dx of [-1, 0]) for (const dy of [-1, 0]) data.fill(255, ((y + dy) * side + x + dx) * 3, ((y + dy) * side + x + dx) * 3 + 3);
    const shown = renderView({ data, width: side, height: side, channels: 3 }, cropMap(cropConvention('ssdg', { size: 112 }), { landmarks: tilted }), 112);
    const bright = (x: number, y: number) => Math.max(...[-1, 0].flatMap((dx) => [-1, 0].map((dy) => shown[((y + dy) * 112 + x + dx) * 3] as number)));
    expect(bright(38, 52)).toBeGreaterThan(120);
    expect(bright(74, 52)).toBeGreaterThan(120);
    expect(bright(56, 52)).toBe(0);
  });
});

test('what contradicts sense is refused, and a misspelt name gets a suggestion', () => {
  expect(() => cropConvention('sfas')).toThrow('there is no such convention, expected safas, ssdg, flip, gd-fas, iadg, ssan');
  expect(() => cropConvention('sfas')).toThrow('did you mean');
  expect(() => cropConvention('safas', { size: 3 })).toThrow('the size is 3');
  expect(() => cropConvention('safas', { margin: -1 })).toThrow('the margin is -1');
});
