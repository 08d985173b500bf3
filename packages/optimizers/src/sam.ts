import { defineOptimizer, lossValues, stateless } from '@gradalign/core';
import { Type } from '@sinclair/typebox';
import { ascent, consume, gradientAt } from './ascent.ts';

/**
 * Sharpness-aware minimization (Foret et al., ICLR 2021, arXiv 2010.01412). With f = R + A:
 *
 *     ε = ρ ∇f(θ) / ‖∇f(θ)‖
 *     direction = ∇f(θ + ε)
 *
 * @example
 * One step on ½ (θ1² + 4 θ2²) at (3, 1), where the gradient is (3, 4):
 *
 * ```ts
 * import { quadraticProblem } from '@gradalign/core/testing';
 * import { loadEngine } from '@gradalign/engine';
 * import { sam } from '@gradalign/optimizers';
 *
 * await loadEngine();
 * using problem = quadraticProblem({ at: [3, 1], domains: [{ curvature: [1, 4], center: [0, 0] }] });
 * using optimizer = sam.create({ rho: 0.5 });
 * optimizer.step(problem.objective(0), problem.weights, (direction) => {
 *   for (const [weight, values] of direction.byName) console.log(weight, values.dataSync()); // 3.3, 5.6: the gradient at (3.3, 1.4)
 * });
 * ```
 */
export const sam = defineOptimizer({
  name: 'sam',
  summary: 'Sharpness-aware minimization: the gradient at the ascending point',
  paper: 'Foret et al., Sharpness-Aware Minimization for Efficiently Improving Generalization, ICLR 2021, arXiv 2010.01412',
  options: Type.Object({ rho: Type.Number({ minimum: 0, default: 0.05, description: 'ρ, radius of the ascent' }) }, { additionalProperties: false }),
  cost: { forwards: () => 2, backwards: () => 2, weightCopies: () => 3 },
  limits: [{ options: { rho: 0 }, equals: 'erm' }],
  create: ({ rho }) => ({
    ...stateless,
    step(objective, weights, apply) {
      using here = objective.evaluate();
      using epsilon = consume(here.gradient('full', { last: true }), (gradient) => ascent(gradient, rho));
      using direction = gradientAt(objective, weights, epsilon);
      apply(direction);
      return { kind: 'sam', losses: lossValues(here) };
    },
  }),
});
