import { expect, it } from 'vitest';
import { createRandom } from '../contracts/random.ts';
import { blackOutside } from './black-outside.ts';

/** A view of 1s, with what is outside set to 0. */
function shown(inside: Parameters<typeof blackOutside>[0], size: number): number[] {
  const out = new Float32Array(size * size).fill(1);
  blackOutside(inside, size, [0], out, 0);
  return [...out];
}

it('a shift by half a view leaves the left half of four columns, one to the left the right half', () => {
  const right = { xx: 1, xy: 0, x0: 0.5, yx: 0, yy: 1, y0: 0 };
  expect(shown(right, 4).slice(0, 4)).toEqual([1, 1, 0, 0]);
  expect(shown({ ...right, x0: -0.5 }, 4).slice(0, 4)).toEqual([0, 0, 1, 1]);
  expect(shown({ ...right, x0: 0, y0: -0.5 }, 2)).toEqual([0, 0, 1, 1]);
  expect(shown({ ...right, x0: 5 }, 2)).toEqual([0, 0, 0, 0]);
});

it('a turn by 45 degrees leaves a diamond: 18.6 % of the view are black', () => {
  const h = Math.SQRT1_2;
  const view = shown({ xx: h, xy: -h, x0: 0.5, yx: h, yy: h, y0: 0.5 - h }, 256);
  // The corners beyond |x| + |y| = 1/√2: (√2 - 1)² of the area on each of two diagonals.
  expect(view.filter((value) => value === 0).length / view.length).toBeCloseTo((Math.SQRT2 - 1) ** 2, 2);
});

it('is what each pixel says by itself, for 200 maps, with three channels, from an offset on', () => {
  const random = createRandom(['outside']);
  for (let n = 0; n < 200; n++) {
    const size = 1 + random.integer(12);
    const [xx, xy, x0, yx, yy, y0] = Array.from({ length: 6 }, () => (random.chance(0.2) ? 0 : random.uniform(-1.5, 1.5))) as [
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    const out = new Float32Array(2 + 3 * size * size).fill(9);
    blackOutside({ xx, xy, x0, yx, yy, y0 }, size, [1, 2, 3], out, 2);
    const expected = [9, 9];
    for (let i = 0; i < size * size; i++) {
      const [u, v] = [((i % size) + 0.5) / size, (Math.floor(i / size) + 0.5) / size];
      const [p, q] = [xx * u + xy * v + x0, yx * u + yy * v + y0];
      expected.push(...(p >= 0 && p < 1 && q >= 0 && q < 1 ? [9, 9, 9] : [1, 2, 3]));
    }
    expect([...out], `map ${n}`).toEqual(expected);
  }
});
