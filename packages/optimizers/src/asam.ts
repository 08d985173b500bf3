import { adaptiveAscent, defineOptimizer, isOffset, lossValues, stateless } from '@gradalign/core';
import { Type } from '@sinclair/typebox';
import { consume, gradientAt } from './ascent.ts';

/**
 * Adaptive SAM (Kwon et al., ICML 2021, arXiv 2102.11600). With f = R + A and T = |θ| + η, element by element:
 *
 *     ε = ρ T² ∇f(θ) / ‖T ∇f(θ)‖
 *     direction = ∇f(θ + ε)
 *
 * T = 1 for biases and offsets of norms, as in the authors' code, which scales tensors named `weight` only; with `scaleOffsets` T = |θ| + η for these too,
 * as the paper writes it.
 *
 * @example
 * One step on ½ (θ1² + 4 θ2²) at (3, 1), where the gradient is (3, 4):
 *
 * ```ts
 * import { quadraticProblem } from '@gradalign/core/testing';
 * import { loadEngine } from '@gradalign/engine';
 * import { asam } from '@gradalign/optimizers';
 *
 * await loadEngine();
 * using problem = quadraticProblem({ at: [3, 1], domains: [{ curvature: [1, 4], center: [0, 0] }] });
 * using optimizer = asam.create({ rho: 0.5, eta: 0, scaleOffsets: false });
 * optimizer.step(problem.objective(0), problem.weights, (direction) => {
 *   for (const [weight, values] of direction.byName) console.log(weight, values.dataSync()); // 4.371, 4.812
 * });
 * ```
 */
export const asam = defineOptimizer({
  name: 'asam',
  summary: 'Adaptive SAM: an ascent that is invariant to the scale of the weights',
  paper: 'Kwon et al., ASAM: Adaptive Sharpness-Aware Minimization for Scale-Invariant Learning of Deep Neural Networks, ICML 2021, arXiv 2102.11600',
  options: Type.Object(
    {
      rho: Type.Number({ minimum: 0, default: 0.5, description: 'ρ, radius of the ascent' }),
      eta: Type.Number({ minimum: 0, default: 0.01, description: 'η, added to the size of every weight' }),
      scaleOffsets: Type.Boolean({ default: false, description: "Scale biases and offsets of norms too (the paper); false: not (its authors' code)" }),
    },
    { additionalProperties: false },
  ),
  cost: { forwards: () => 2, backwards: () => 2, weightCopies: () => 3 },
  limits: [{ options: { rho: 0 }, equals: 'erm' }],
  create: ({ rho, eta, scaleOffsets }) => ({
    ...stateless,
    step(objective, weights, apply) {
      using here = objective.evaluate();
      using epsilon = consume(here.gradient('full', { last: true }), (gradient) =>
        adaptiveAscent(gradient, weights, { rho, eta, plain: scaleOffsets ? () => false : isOffset }),
      );
      using direction = gradientAt(objective, weights, epsilon);
      apply(direction);
      return { kind: 'asam', losses: lossValues(here) };
    },
  }),
});
