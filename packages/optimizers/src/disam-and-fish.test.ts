import { makeOptimizer, quadraticProblem, takeStep } from '@gradalign/core/testing';
import { loadEngine } from '@gradalign/engine';
import { beforeAll, expect, it } from 'vitest';
import { disam } from './disam.ts';
import { fish } from './fish.ts';

beforeAll(async () => {
  await loadEngine();
});

const oneDimensional = (centers: readonly number[]) =>
  quadraticProblem({ domains: centers.map((center) => ({ curvature: [1, 1], center: [center, 0] })), at: [0, 0] });

/** In the first of two dimensions; the second has no gradient. */
function direction(definition: typeof disam | typeof fish, options: Readonly<Record<string, unknown>>, centers: readonly number[]): number {
  using problem = oneDimensional(centers);
  using optimizer = makeOptimizer(definition, options);
  return takeStep(optimizer, problem, 0).direction.get('first')?.[0] as number;
}

// Centers -2 and 4: L = 2 and 8, mean 5, ∇R_1 = 1, ∇R_2 = -2, together -1. Factors with λ = 0.1: 1 - 0.2 (2 - 5) = 1.6 and 1 - 0.2 (8 - 5) = 0.4:
// d = 1.6 - 0.8 = 0.8 ascends to the right, where SAM ascends to the left.
it('disam ascends away from the domain with the larger loss: ∇f(0.5) = -0.5, where SAM finds ∇f(-0.5) = -1.5', () => {
  expect(direction(disam, { rho: 0.5, lambda: 0.1 }, [-2, 4])).toBeCloseTo(-0.5, 6);
  expect(direction(disam, { rho: 0.5, lambda: 0 }, [-2, 4])).toBeCloseTo(-1.5, 6);
});

// α = 0.25, k = 2: θ̃ = 0 - 0.25 · ∇L_1(0) = -0.25 · 2 = -0.5; then - 0.25 · ∇L_2(-0.5) = -0.25 · -4.5 = 1.125: θ̃ = 0.625; direction -0.625 / 0.5.
it('fish visits the domains in turn: from 0 to -0.5 to 0.625, the direction is -0.625 / (α k) = -1.25', () => {
  expect(direction(fish, { innerLearningRate: 0.25, order: 'listed' }, [-2, 4])).toBeCloseTo(-1.25, 6);
});

// In reverse: 0.25 · 4 = 1, then 1 - 0.25 · (1 + 2) = 0.25.
it('in the reverse order fish ends at 0.25: the direction is -0.5', () => {
  expect(direction(fish, { innerLearningRate: 0.25, order: 'listed' }, [4, -2])).toBeCloseTo(-0.5, 6);
});
