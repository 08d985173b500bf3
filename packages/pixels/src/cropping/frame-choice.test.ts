import { expect, test } from 'vitest';
import { parseFrameChoice } from './frame-choice.ts';

const choose = (text: string, count: number, split: 'train' | 'dev' | 'test' = 'train') => parseFrameChoice(text).choose(count, split);

test('of 23 frames, every=5 takes 0, 5, 10, 15 and 20; all takes 23', () => {
  expect(choose('every=5', 23)).toEqual([0, 5, 10, 15, 20]);
  expect(choose('all', 23)).toHaveLength(23);
});

test('even=n takes the middles of n equal parts, and all where there are fewer', () => {
  expect(choose('even=4', 100)).toEqual([12, 37, 62, 87]);
  expect(choose('even=10', 3)).toEqual([0, 1, 2]);
});

test("SSDG's frames are 6 + j * floor(N / n): one in training, two elsewhere, or as many as are asked", () => {
  expect(choose('ssdg', 101, 'train')).toEqual([6]);
  expect(choose('ssdg', 101, 'dev')).toEqual([6, 56]);
  expect(choose('ssdg', 101, 'test')).toEqual([6, 56]);
  expect(choose('ssdg=4', 101)).toEqual([6, 31, 56, 81]);
});

test("FLIP's are 6 and 6 + floor(N / 2), in every split", () => {
  expect(choose('flip', 75)).toEqual([6, 43]);
  expect(choose('flip', 75, 'test')).toEqual([6, 43]);
});

test('clips that end before give their last frame once, those without frames none', () => {
  expect(choose('flip', 8)).toEqual([6, 7]);
  expect(choose('ssdg', 3)).toEqual([2]);
  for (const rule of ['every=5', 'even=10', 'ssdg', 'flip', 'all']) expect(choose(rule, 0)).toEqual([]);
});

test.each([
  ['every', 'its number is missing'],
  ['every=0', 'its number is 0'],
  ['flip=2', 'it takes no number'],
  ['middle', 'there is no such rule'],
  ['every=-1', 'there is no such rule'],
  ['constructor=1', 'there is no such rule'],
])("'%s' is refused: %s", (text, reason) => {
  expect(() => parseFrameChoice(text)).toThrow(`Cannot choose frames '${text}': ${reason}, expected every=5, even=10`);
});
