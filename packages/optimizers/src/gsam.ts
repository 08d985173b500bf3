import { defineOptimizer, Gradients, lossValues, stateless } from '@gradalign/core';
import { Type } from '@sinclair/typebox';
import * as tf from '@tensorflow/tfjs-core';
import { ascent, gradientAt } from './ascent.ts';
import { sam } from './sam.ts';

/**
 * Surrogate-gap guided SAM (Zhuang et al., ICLR 2022, arXiv 2203.08065). With f = R + A, g = ∇f(θ), SAM's ε and g_p = ∇f(θ + ε):
 *
 *     direction = g_p - α (g - (⟨g, g_p⟩ / ‖g_p‖²) g_p)
 *
 * @example
 * One step on ½ (θ1² + 4 θ2²) at (3, 1), where the gradient is (3, 4):
 *
 * ```ts
 * import { quadraticProblem } from '@gradalign/core/testing';
 * import { loadEngine } from '@gradalign/engine';
 * import { gsam } from '@gradalign/optimizers';
 *
 * await loadEngine();
 * using problem = quadraticProblem({ at: [3, 1], domains: [{ curvature: [1, 4], center: [0, 0] }] });
 * using optimizer = gsam.create({ rho: 0.5, alpha: 0.4 });
 * optimizer.step(problem.objective(0), problem.weights, (direction) => {
 *   for (const [weight, values] of direction.byName) console.log(weight, values.dataSync()); // 3.109, 5.712
 * });
 * ```
 */
export const gsam = defineOptimizer({
  name: 'gsam',
  summary: 'Surrogate-gap guided SAM: descends the perturbed loss and narrows its gap to the plain one',
  paper: 'Zhuang et al., Surrogate Gap Minimization Improves Sharpness-Aware Training, ICLR 2022, arXiv 2203.08065',
  options: Type.Object(
    {
      rho: Type.Number({ minimum: 0, default: 0.05, description: 'ρ, radius of the ascent' }),
      alpha: Type.Number({ minimum: 0, default: 0.4, description: 'α, weight of the part of the gradient orthogonal to the perturbed one' }),
    },
    { additionalProperties: false },
  ),
  cost: { forwards: () => 2, backwards: () => 2, weightCopies: () => 4 },
  limits: [
    { options: { rho: 0 }, equals: 'erm' },
    { options: { alpha: 0 }, equals: { optimizer: sam, options: {} } },
  ],
  create: ({ rho, alpha }) => ({
    ...stateless,
    step(objective, weights, apply) {
      using here = objective.evaluate();
      using gradient = here.gradient('full', { last: true });
      using epsilon = ascent(gradient, rho);
      using perturbed = gradientAt(objective, weights, epsilon);
      // direction = (1 + α ⟨g, g_p⟩ / ‖g_p‖²) g_p - α g
      const scale = tf.tidy(() => {
        const norm = tf.add(perturbed.norm(), 1e-12);
        return tf.add(1, tf.mul(alpha, tf.div(gradient.dot(perturbed), tf.square(norm)))) as tf.Scalar;
      });
      using direction = Gradients.combine([
        [scale, perturbed],
        [-alpha, gradient],
      ]);
      scale.dispose();
      apply(direction);
      return { kind: 'gsam', losses: lossValues(here) };
    },
  }),
});
