import { expect, it } from 'vitest';
import { foldColor } from './color-map.ts';

const diagonal = (a: number, b: number, c: number) => [
  [a, 0, 0],
  [0, b, 0],
  [0, 0, c],
];

it('folds in the order of the list: twice the value, then 0.1 more, is not 0.1 more, then twice', () => {
  const twice = { matrix: diagonal(2, 2, 2), offset: [0, 0, 0] };
  const more = { matrix: diagonal(1, 1, 1), offset: [0.1, 0.1, 0.1] };
  expect(foldColor([twice, more], 3)).toEqual({ matrix: [2, 0, 0, 0, 2, 0, 0, 0, 2], offset: [0.1, 0.1, 0.1] });
  expect(foldColor([more, twice], 3)?.offset).toEqual([0.2, 0.2, 0.2]);
});

it('channels mix as the matrices say', () => {
  const swap = {
    matrix: [
      [0, 1, 0],
      [1, 0, 0],
      [0, 0, 1],
    ],
    offset: [0, 0.5, 0],
  };
  const scale = { matrix: diagonal(2, 3, 4), offset: [0, 0, 0] };
  expect(foldColor([swap, scale], 3)).toEqual({ matrix: [0, 2, 0, 3, 0, 0, 0, 0, 4], offset: [0, 1.5, 0] });
});

it('in a grayscale image a 3 x 3 map acts on equal channels: one that keeps gray changes nothing', () => {
  const luma = [0.299, 0.587, 0.114];
  const { matrix, offset } = foldColor([{ matrix: [luma, luma, luma], offset: [0, 0, 0] }], 1) ?? { matrix: [], offset: [] };
  expect(matrix).toHaveLength(1);
  expect(matrix[0]).toBeCloseTo(1, 12);
  expect(offset).toEqual([0]);
  expect(foldColor([{ matrix: [[0.5]], offset: [0.25] }], 1)).toEqual({ matrix: [0.5], offset: [0.25] });
});

it('a map of one channel acts on each of three', () => {
  expect(foldColor([{ matrix: [[0.5]], offset: [0.25] }], 3)).toEqual({ matrix: [0.5, 0, 0, 0, 0.5, 0, 0, 0, 0.5], offset: [0.25, 0.25, 0.25] });
});

it('no maps are no map', () => {
  expect(foldColor([], 3)).toBeUndefined();
});
