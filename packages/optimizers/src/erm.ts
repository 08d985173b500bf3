import { defineOptimizer, ermStep, stateless } from '@gradalign/core';
import { Type } from '@sinclair/typebox';

/**
 * Empirical risk minimization (Vapnik, Principles of Risk Minimization for Learning Theory, NIPS 1991), with the auxiliary loss A beside the risk R:
 *
 *     direction = ∇(R + A)(θ)
 *
 * @example
 * One step on ½ (θ1² + 4 θ2²) at (3, 1), where the gradient is (3, 4):
 *
 * ```ts
 * import { quadraticProblem } from '@gradalign/core/testing';
 * import { loadEngine } from '@gradalign/engine';
 * import { erm } from '@gradalign/optimizers';
 *
 * await loadEngine();
 * using problem = quadraticProblem({ at: [3, 1], domains: [{ curvature: [1, 4], center: [0, 0] }] });
 * using optimizer = erm.create({});
 * optimizer.step(problem.objective(0), problem.weights, (direction) => {
 *   for (const [weight, values] of direction.byName) console.log(weight, values.dataSync()); // 3, 4
 * });
 * ```
 */
export const erm = defineOptimizer({
  name: 'erm',
  summary: 'Empirical risk minimization: the plain gradient',
  options: Type.Object({}, { additionalProperties: false }),
  cost: { forwards: () => 1, backwards: () => 1, weightCopies: () => 1 },
  limits: [{ options: {}, equals: { risk: 1, auxiliary: 1 } }],
  create: () => ({ ...stateless, step: (objective, _weights, apply) => ermStep(objective, apply) }),
});
