import { cannot, defineOptimizer, Gradients, lossValues, stateless } from '@gradalign/core';
import { Type } from '@sinclair/typebox';
import * as tf from '@tensorflow/tfjs-core';
import { ascent, gradientAt } from './ascent.ts';
import { sam } from './sam.ts';

/**
 * Surrogate-gap guided SAM (Zhuang et al., ICLR 2022, arXiv 2203.08065). With f = R + A, g = ∇f(θ), SAM's ε and g_p = ∇f(θ + ε):
 *
 *     direction = g_p - α (g - (⟨g, g_p⟩ / ‖g_p‖²) g_p)
 *
 * With `rhoMin` the radius follows the learning rate, as the authors' ρ_t does (`ProportionScheduler` of their released code):
 *
 *     (ρ_t - ρ_min) / (ρ - ρ_min) = (lr_t - lr_min) / (lr_max - lr_min)
 *
 * Learning rates are factors of the schedule here: lr_max is factor 1, lr_min is `factorMin`, where the schedule ends. Beyond these ρ_t stays at its end.
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
 * using optimizer = gsam.create({ rho: 0.5, alpha: 0.4, factorMin: 0 });
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
      rho: Type.Number({ minimum: 0, default: 0.05, description: 'ρ, radius of the ascent; the largest one where it follows the learning rate' }),
      rhoMin: Type.Optional(
        Type.Number({ minimum: 0, description: 'ρ_min, radius at the smallest learning rate: the radius follows the schedule; absent: it is constant' }),
      ),
      factorMin: Type.Number({
        minimum: 0,
        exclusiveMaximum: 1,
        default: 0,
        description: 'Factor of the schedule at which the radius is rhoMin (the floor of a cosine)',
      }),
      alpha: Type.Number({ minimum: 0, default: 0.4, description: 'α, weight of the part of the gradient orthogonal to the perturbed one' }),
    },
    { additionalProperties: false },
  ),
  cost: { forwards: () => 2, backwards: () => 2, weightCopies: () => 4 },
  limits: [
    { options: { rho: 0 }, equals: 'erm' },
    { options: { alpha: 0 }, equals: { optimizer: sam, options: {} } },
  ],
  create: ({ rho, rhoMin = rho, factorMin, alpha }) => {
    if (rhoMin > rho) throw cannot('use gsam', `rhoMin is ${rhoMin} and rho ${rho}`, 'a rhoMin of at most rho', { exitCode: 2 });
    return {
      ...stateless,
      step(objective, weights, apply, learningRateFactor = 1) {
        using here = objective.evaluate();
        using gradient = here.gradient('full', { last: true });
        const share = Math.min(1, Math.max(0, (learningRateFactor - factorMin) / (1 - factorMin)));
        using epsilon = ascent(gradient, rhoMin === rho ? rho : rhoMin + (rho - rhoMin) * share);
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
    };
  },
});
