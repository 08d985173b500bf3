import { evenlySpread } from '@gradalign/pixels';
import { expect, it } from 'vitest';
import type { Sample } from '../contracts/dataset.ts';
import { createSeed } from '../contracts/seed.ts';
import { chooseFrames } from './choose-frames.ts';

function frames(video: string | undefined, numbers: readonly (number | undefined)[]): Sample[] {
  return numbers.map((frame, i) => ({
    id: `${video}/${i}`,
    image: { path: '' },
    label: 1,
    split: 'test' as const,
    ...(video === undefined ? {} : { video }),
    ...(frame === undefined ? {} : { frame }),
  }));
}

it('takes the middles of equal parts: 2 and 7 of ten, and all where there are not more', () => {
  expect(evenlySpread(10, 2)).toEqual([2, 7]);
  expect(evenlySpread(9, 1)).toEqual([4]);
  expect(evenlySpread(100, 4)).toEqual([12, 37, 62, 87]);
  expect(evenlySpread(3, 3)).toEqual([0, 1, 2]);
  expect(evenlySpread(2, 5)).toEqual([0, 1]);
});

it('never takes a frame twice and never misses one, for any count and number', () => {
  for (let count = 0; count <= 40; count++) {
    for (let n = 1; n <= 45; n++) {
      const chosen = evenlySpread(count, n);
      expect(new Set(chosen).size).toBe(Math.min(count, n));
      expect(chosen.every((i) => i >= 0 && i < count)).toBe(true);
    }
  }
});

it('goes by frame number, not by the order of the names: 9 comes before 10', () => {
  const samples = frames('a', [10, 11, 9]);
  expect(chooseFrames(samples, 1).map(({ frame }) => frame)).toEqual([10]);
});

it('chooses within each video, keeps images without one, and leaves the order alone', () => {
  const [a, b, alone] = [frames('a', [1, 2, 3, 4]), frames('b', [1]), frames(undefined, [undefined, undefined])];
  const mixed = [...b, ...a, ...alone];
  expect(chooseFrames(mixed, 2)).toEqual([b[0], a[1], a[3], ...alone]);
  expect(chooseFrames(mixed, 0)).toEqual(mixed);
});

it('refuses a fraction of a frame', () => {
  expect(() => chooseFrames([], 1.5)).toThrow('Cannot choose frames: 1.5 frames a video are wanted, expected a whole number, 0 for all');
});

it("random-1: one frame of each video, each of ten about as often, by keys and the video's name alone; samples without a video stay", () => {
  const stream = createSeed(7).stream('test-frames');
  const all = [...frames('a', [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]), ...frames('b', [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]), ...frames(undefined, [undefined])];
  const counts = Array(10).fill(0);
  let same = 0;
  for (let epoch = 0; epoch < 1000; epoch++) {
    const chosen = chooseFrames(all, { stream, keys: [epoch] });
    expect(chosen.map(({ video }) => video)).toEqual(['a', 'b', undefined]);
    const [a, b] = chosen.map(({ frame }) => frame as number);
    counts[a as number]++;
    if (a === b) same++;
    expect(chooseFrames([...all].reverse(), { stream, keys: [epoch] })).toEqual([...chosen].reverse());
  }
  // Binomial with a mean of 100 and a deviation of 9.5.
  for (const count of [...counts, same]) expect(Math.abs(count - 100)).toBeLessThan(45);
});
