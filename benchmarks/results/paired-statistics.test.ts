import { expect, it } from 'vitest';
import { meanBySeed, pairedDifference, side } from './paired-statistics.ts';
import type { BenchmarkResults } from './study-results.ts';

function results(values: Record<string, Record<string, Record<number, number>>>): BenchmarkResults {
  const cells = Object.entries(values).flatMap(([method, targets]) =>
    Object.entries(targets).map(([target, seeds]) => ({
      target,
      method,
      runs: Object.entries(seeds).map(([seed, a]) => ({ seed: Number(seed), figures: { a } })),
    })),
  );
  return { cells } as unknown as BenchmarkResults;
}

it('a mean over targets counts the seeds that have every target: seed 2 lacks one', () => {
  const own = results({ erm: { x: { 0: 0.5, 1: 0.7, 2: 0.9 }, y: { 0: 0.7, 1: 0.9 } } });
  const means = meanBySeed(own, 'erm', ['x', 'y'], ({ figures }) => figures['a'] as number);
  expect([...means.keys()]).toEqual([0, 1]);
  expect(means.get(0)).toBeCloseTo(0.6, 12);
  expect(means.get(1)).toBeCloseTo(0.8, 12);
});

it('pairs by seed: 3 ± 0 although the values themselves spread from 1 to 101', () => {
  const difference = pairedDifference(
    new Map([
      [0, 4],
      [1, 104],
      [2, 54],
    ]),
    new Map([
      [0, 1],
      [1, 101],
      [2, 51],
      [3, 7],
    ]),
  );
  expect(difference).toMatchObject({ n: 3, mean: 3, half95: 0 });
  expect(side(difference as NonNullable<typeof difference>)).toBe('above');
});

it('differences 1, 2, 3 have mean 2 and half width 4.303 · 1 / √3 = 2.484: their interval holds 0', () => {
  const difference = pairedDifference(
    new Map([
      [0, 1],
      [1, 2],
      [2, 3],
    ]),
    new Map([
      [0, 0],
      [1, 0],
      [2, 0],
    ]),
  );
  expect(difference?.half95).toBeCloseTo(2.484, 3);
  expect(side(difference as NonNullable<typeof difference>)).toBe('unclear');
});

it('no common seed, no difference', () => {
  expect(pairedDifference(new Map([[0, 1]]), new Map([[1, 1]]))).toBeUndefined();
});
