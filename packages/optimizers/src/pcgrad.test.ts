import { makeOptimizer, quadraticProblem, takeStep } from '@gradalign/core/testing';
import { loadEngine } from '@gradalign/engine';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { pcgrad, surgery } from './pcgrad.ts';

beforeAll(async () => {
  await loadEngine();
});

/** Two domains at θ = 0: L_i = ½ ‖θ - c_i‖², so that g_i = -c_i / 2. */
function direction(first: readonly number[], second: readonly number[]): number[] {
  const domains = [first, second].map((center) => ({ curvature: [1, 1], center }));
  using problem = quadraticProblem({ domains, at: [0, 0] });
  using optimizer = makeOptimizer(pcgrad);
  const step = takeStep(optimizer, problem, 0);
  return [...(step.direction.get('first') ?? []), ...(step.direction.get('second/kernel') ?? [])];
}

describe('two domains', () => {
  it('that agree are summed: (1, 0) and (1, 2) give (2, 2)', () => expect(direction([-2, 0], [-2, -4])).toEqual([2, 2]));

  // ⟨(1, 0), (-1, 1)⟩ = -1: (1, 0) loses -½ (-1, 1) and is (½, ½); (-1, 1) loses -1 (1, 0) and is (0, 1).
  it('that conflict are projected: (1, 0) and (-1, 1) give (½, 1½)', () => expect(direction([-2, 0], [2, -2])).toEqual([0.5, 1.5]));

  it('with opposite gradients do not move', () => expect(direction([-2, -2], [2, 2])).toEqual([0, 0]));
});

const vector = fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 3, maxLength: 3 });
const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, x, d) => sum + x * (b[d] as number), 0);

describe('surgery', () => {
  it('with two domains leaves no conflict: the sum descends both', () =>
    fc.assert(
      fc.property(vector, vector, (a, b) => {
        fc.pre(dot(a, a) > 1e-3 && dot(b, b) > 1e-3);
        const both = [a, b];
        const factors = surgery(
          ['a', 'b'],
          both.map((x) => both.map((y) => dot(x, y))),
          (domain) => (domain === 'a' ? ['b'] : ['a']),
        );
        const sum = a.map((x, d) => (factors[0] as number) * x + (factors[1] as number) * (b[d] as number));
        expect(dot(sum, a)).toBeGreaterThan(-1e-9 * (1 + dot(a, a)));
        expect(dot(sum, b)).toBeGreaterThan(-1e-9 * (1 + dot(b, b)));
      }),
    ));

  it('leaves agreeing domains and zero gradients unchanged', () =>
    fc.assert(
      fc.property(fc.array(vector, { minLength: 1, maxLength: 4 }), (vectors) => {
        const positive = vectors.map((v) => v.map(Math.abs));
        const names = positive.map((_, i) => String(i));
        const products = positive.map((x) => positive.map((y) => dot(x, y)));
        expect(surgery(names, products, (name) => names.filter((other) => other !== name))).toEqual(names.map(() => 1));
      }),
    ));
});
