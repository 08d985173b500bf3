import { expect, it } from 'vitest';
import { composeAffine, forSourceSize, shrinkage, wholeImage } from './affine-map.ts';

const at = (map: ReturnType<typeof wholeImage>, u: number, v: number) => [map.xx * u + map.xy * v + map.x0, map.yx * u + map.yy * v + map.y0];

it('the whole image goes from its corner to its far corner', () => {
  const map = wholeImage({ width: 300, height: 200 });
  expect(at(map, 0, 0)).toEqual([0, 0]);
  expect(at(map, 1, 0.5)).toEqual([300, 100]);
});

it('a step acts on the picture that the map makes: the left half of the mirrored image is its right half, mirrored', () => {
  const mirror = { xx: -1, xy: 0, x0: 1, yx: 0, yy: 1, y0: 0 };
  const leftHalf = { xx: 0.5, xy: 0, x0: 0, yx: 0, yy: 1, y0: 0 };
  const map = composeAffine(composeAffine(wholeImage({ width: 100, height: 10 }), mirror), leftHalf);
  expect([at(map, 0, 0), at(map, 1, 1)]).toEqual([
    [100, 0],
    [50, 10],
  ]);
});

it('composition is evaluation of one after the other', () => {
  const a = { xx: 1, xy: 2, x0: 3, yx: 4, yy: 5, y0: 6 };
  const b = { xx: 7, xy: 8, x0: 9, yx: 10, yy: 11, y0: 12 };
  const [u, v] = at(b, 0.25, 0.5) as [number, number];
  expect(at(composeAffine(a, b), 0.25, 0.5)).toEqual(at(a, u, v));
});

it('half the source size gives half the coordinates', () => {
  const map = forSourceSize(wholeImage({ width: 300, height: 200 }), { width: 300, height: 200 }, { width: 150, height: 100 });
  expect(map).toEqual(wholeImage({ width: 150, height: 100 }));
});

it('512 x 512 pixels on 256 x 256 are two a pixel, also when turned', () => {
  expect(shrinkage(wholeImage({ width: 512, height: 512 }), 256)).toBe(2);
  expect(shrinkage({ xx: 0, xy: -512, x0: 512, yx: 512, yy: 0, y0: 0 }, 256)).toBe(2);
});
