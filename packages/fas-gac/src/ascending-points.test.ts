import { Gradients, Weights } from '@gradalign/core';
import { loadEngine } from '@gradalign/engine';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { releasedAscendingPoints } from './ascending-points.ts';

beforeAll(async () => {
  await loadEngine();
});

const at = (...values: number[]) => new Gradients(new Map([['w', tf.tensor1d(values)]]));
/** T = |θ| = 1 and ρ = 1: ε has length 1 along the ascent. */
const options = { rho: 1, alpha: 0.01, adaptive: true, eta: 0 };

/** The shifts for domain gradients that are unit vectors along axes of their own; undefined: absent. */
function shifts(gradients: readonly (readonly number[] | undefined)[]): number[][] {
  using weights = new Weights({ w: tf.tensor1d([1, 1, 1, 1]) });
  const own = gradients.map((gradient) => gradient && at(...gradient));
  const found: number[][] = [];
  for (const shift of releasedAscendingPoints(own, weights, options)) {
    found.push(Array.from(shift.get('w')?.dataSync() ?? []));
    shift[Symbol.dispose]();
  }
  for (const one of own) one?.[Symbol.dispose]();
  return found;
}

const e = [0, 1, 2, 3].map((axis) => [0, 1, 2, 3].map((i) => (i === axis ? 1 : 0)));
const close = (got: readonly number[] | undefined, expected: readonly number[]) => {
  expect(got?.length).toBe(expected.length);
  expected.forEach((value, i) => {
    expect(got?.[i]).toBeCloseTo(value, 5);
  });
};

it('of three domains ascends along g1, g2, g3 - g1, less α (3 g1 + 2 g2 + g3)', () => {
  const found = shifts(e.slice(0, 3));
  expect(found.length).toBe(3);
  close(found[0], [1 - 0.03, -0.02, -0.01, 0]);
  close(found[1], [-0.03, 1 - 0.02, -0.01, 0]);
  close(found[2], [-Math.SQRT1_2 - 0.03, -0.02, Math.SQRT1_2 - 0.01, 0]);
});

// G = g1, g1 + g2, g1 + g2 + g3, g1 + g2 + g3 + g4; less the sums before: the fourth is g4 - g2 - 2 g1. Their sum is 4 g1 + 3 g2 + 2 g3 + g4.
it('of four domains ascends along g4 - g2 - 2 g1 last, of length √6', () => {
  const found = shifts(e);
  const unit = 1 / Math.sqrt(6);
  close(found[3], [-2 * unit - 0.04, -unit - 0.03, -0.02, unit - 0.01]);
});

// G = g1, g1, g1 + g3: g3's ascent is g1 + g3 - 2 g1 = g3 - g1; the sum is 3 g1 + g3.
it('an absent domain adds the running total all the same and takes no ascent', () => {
  const found = shifts([e[0], undefined, e[2]]);
  expect(found.length).toBe(2);
  close(found[0], [1 - 0.03, 0, -0.01, 0]);
  close(found[1], [-Math.SQRT1_2 - 0.03, 0, Math.SQRT1_2 - 0.01, 0]);
});

// G = 0, g2, g2 + g3: ascents g2 and g3; the sum is 2 g2 + g3.
it('where the first is absent the others begin with it left out', () => {
  const found = shifts([undefined, e[1], e[2]]);
  close(found[0], [0, 1 - 0.02, -0.01, 0]);
  close(found[1], [0, -0.02, 1 - 0.01, 0]);
});

it('of one domain it is that of the paper, and of none there is none', () => {
  close(shifts([e[0]])[0], [1 - 0.01, 0, 0, 0]);
  expect(shifts([undefined, undefined])).toEqual([]);
});
