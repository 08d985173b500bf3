import { defineOptimizer, Gradients, lossValues, stateless } from '@gradalign/core';
import { Type } from '@sinclair/typebox';
import { ascent, gradientAt } from './ascent.ts';

/**
 * Sharpness-aware gradient matching (Wang et al., CVPR 2023, arXiv 2303.10353). With f = R + A:
 *
 *     ε = ρ ∇f(θ) / ‖∇f(θ)‖ - α ∇f(θ)
 *     direction = ½ (∇f(θ) + ∇f(θ + ε))
 *
 * @example
 * One step on ½ (θ1² + 4 θ2²) at (3, 1), where the gradient is (3, 4):
 *
 * ```ts
 * import { quadraticProblem } from '@gradalign/core/testing';
 * import { loadEngine } from '@gradalign/engine';
 * import { sagm } from '@gradalign/optimizers';
 *
 * await loadEngine();
 * using problem = quadraticProblem({ at: [3, 1], domains: [{ curvature: [1, 4], center: [0, 0] }] });
 * using optimizer = sagm.create({ rho: 0.5, alpha: 0.05 });
 * optimizer.step(problem.objective(0), problem.weights, (direction) => {
 *   for (const [weight, values] of direction.byName) console.log(weight, values.dataSync()); // 3.075, 4.4: the mean of (3, 4) and (3.15, 4.8)
 * });
 * ```
 */
export const sagm = defineOptimizer({
  name: 'sagm',
  summary: 'Sharpness-aware gradient matching: aligns the gradients at θ and at the ascending point',
  paper: 'Wang et al., Sharpness-Aware Gradient Matching for Domain Generalization, CVPR 2023, arXiv 2303.10353',
  options: Type.Object(
    {
      rho: Type.Number({ minimum: 0, default: 0.05, description: 'ρ, radius of the ascent' }),
      alpha: Type.Number({ minimum: 0, default: 1e-3, description: 'α, weight of the gradient matching' }),
    },
    { additionalProperties: false },
  ),
  cost: { forwards: () => 2, backwards: () => 2, weightCopies: () => 4 },
  limits: [{ options: { rho: 0, alpha: 0 }, equals: 'erm' }],
  create: ({ rho, alpha }) => ({
    ...stateless,
    step(objective, weights, apply) {
      using here = objective.evaluate();
      using gradient = here.gradient('full', { last: true });
      using epsilon = ascent(gradient, rho, alpha);
      using there = gradientAt(objective, weights, epsilon);
      using direction = Gradients.combine([
        [0.5, gradient],
        [0.5, there],
      ]);
      apply(direction);
      return { kind: 'sagm', losses: lossValues(here) };
    },
  }),
});
