import { describe, expect, it } from 'vitest';
import { compareStates, lossDifference } from './compare-states.ts';
import { larger, tensorDifference } from './relative-difference.ts';

const of = (...values: number[]) => Float32Array.from(values);
const state = (values: Readonly<Record<string, Float32Array>>) =>
  new Map(Object.entries(values).map(([name, data]) => [name, { shape: [data.length], data }] as const));

describe('the difference of two tensors', () => {
  it('is the largest of an entry over the largest entry: 0.5 of 4 is 0.125', () => {
    // Apart by 0.5; moved from (1, 2) to (1, 4): by 2.
    expect(tensorDifference(of(1, 4.5), of(1, 4), of(1, 2))).toEqual({ relative: 0.125, apart: 0.25, moved: 4 });
  });

  it('is 0 between equal tensors, and infinite where the other one is zero', () => {
    expect(tensorDifference(of(0, 0), of(0, 0), of(0, 0)).relative).toBe(0);
    expect(tensorDifference(of(0, 1), of(0, 0), of(0, 0)).relative).toBe(Number.POSITIVE_INFINITY);
  });

  it('stays NaN wherever an entry is', () => {
    for (const values of [of(Number.NaN, 1), of(1, Number.NaN)]) expect(tensorDifference(values, of(1, 1), of(0, 0)).relative).toBeNaN();
    expect([larger(Number.NaN, 1), larger(1, Number.NaN)]).toEqual([Number.NaN, Number.NaN]);
  });
});

describe('the difference of two networks', () => {
  const start = state({ 'a/kernel': of(1, 1), 'bn/movingMean': of(0), 'b/kernel': of(1) });

  it('names the tensor that is furthest apart, weights and statistics apart', () => {
    const ours = state({ 'a/kernel': of(2, 1), 'bn/movingMean': of(3), 'b/kernel': of(4) });
    const torch = state({ 'a/kernel': of(2, 2), 'bn/movingMean': of(4), 'b/kernel': of(5) });
    expect(compareStates(ours, torch, start)).toEqual({
      weights: { name: 'a/kernel', difference: 0.5 }, // 1 of 2, against 1 of 5
      statistics: { name: 'bn/movingMean', difference: 0.25 },
      moves: Math.sqrt(2 / 18), // apart by (0, 1) and 1; PyTorch's moved by (1, 1) and 4
    });
  });

  it('cannot be told where a tensor is missing on either side', () => {
    const less = state({ 'a/kernel': of(1, 1), 'bn/movingMean': of(0) });
    for (const [a, b] of [
      [less, start],
      [start, less],
    ] as const)
      expect(() => compareStates(a, b, start)).toThrow(/one of them has no 'b\/kernel'/);
  });
});

it('losses are compared domain by domain: 1 of 2 is 0.5; a domain that one side lacks is infinitely far', () => {
  const torch = { risks: [2, null, 1], auxiliary: 4 };
  const domains = ['a', 'b', 'c'];
  expect(lossDifference({ risks: { a: 1, c: 1 }, auxiliary: 5, total: 7 }, torch, domains)).toBe(0.5);
  expect(lossDifference({ risks: { a: 2, b: 1, c: 1 }, auxiliary: 4, total: 8 }, torch, domains)).toBe(Number.POSITIVE_INFINITY);
});
