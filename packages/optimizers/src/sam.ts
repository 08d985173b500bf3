import { defineOptimizer, lossValues, stateless } from '@gradalign/core';
import { Type } from '@sinclair/typebox';
import { ascent, gradientAt, spend } from './ascent.ts';

/**
 * Sharpness-aware minimisation. With f = R + A:
 *
 *     ε = ρ ∇f(θ) / ‖∇f(θ)‖
 *     direction = ∇f(θ + ε)
 */
export const sam = defineOptimizer({
  name: 'sam',
  summary: 'Sharpness-aware minimisation: the gradient at the ascending point',
  paper: 'Foret et al., Sharpness-Aware Minimization for Efficiently Improving Generalization, ICLR 2021, arXiv 2010.01412',
  options: Type.Object({ rho: Type.Number({ minimum: 0, default: 0.05, description: 'ρ, radius of the ascent' }) }, { additionalProperties: false }),
  cost: { forwards: () => 2, backwards: () => 2, weightCopies: () => 3 },
  limits: [{ options: { rho: 0 }, equals: 'erm' }],
  create: ({ rho }) => ({
    ...stateless,
    step(objective, weights, apply) {
      using here = objective.evaluate();
      using epsilon = spend(here.gradient('full', { last: true }), (gradient) => ascent(gradient, rho));
      using direction = gradientAt(objective, weights, epsilon);
      apply(direction);
      return { kind: 'sam', losses: lossValues(here) };
    },
  }),
});
