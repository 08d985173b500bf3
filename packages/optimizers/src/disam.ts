import { defineOptimizer, lossValues, stateless } from '@gradalign/core';
import { Type } from '@sinclair/typebox';
import { ascent, consume, gradientAt } from './ascent.ts';
import { sam } from './sam.ts';

/**
 * Domain-inspired SAM (Zhang et al., ICLR 2024, arXiv 2405.18861): SAM whose ascent gives less weight to domains with an above-average loss. With
 * f = R + A, L_i = k R_i the loss of domain i (R_i is divided by the k source domains) and L̄ the mean of L_i over the k' domains present:
 *
 *     V = (1/k') Σ (L_i - L̄)² = (1/2k'²) Σ_i Σ_j (L_i - L_j)²
 *     d = ∇(f - λ V)(θ) = Σ (1 - 2 λ (k/k') (L_i - L̄)) ∇R_i(θ) + ∇A(θ)
 *     ε = ρ d / ‖d‖
 *     direction = ∇f(θ + ε)
 *
 * As in the released code, the variance affects only the ascent; the descent is that of f. The factors depend only on the loss values, so d takes one
 * pullback and a step costs as much as SAM's.
 *
 * @example
 * One step on two domains whose gradients g_i = ∇R_i are (1, 0) and (-1, 1):
 *
 * ```ts
 * import { quadraticProblem } from '@gradalign/core/testing';
 * import { loadEngine } from '@gradalign/engine';
 * import { disam } from '@gradalign/optimizers';
 *
 * await loadEngine();
 * using problem = quadraticProblem({
 *   at: [0, 0],
 *   domains: [
 *     { curvature: [1, 1], center: [-2, 0] },
 *     { curvature: [1, 1], center: [2, -2] },
 *   ],
 * });
 * using optimizer = disam.create({ rho: 0.5, lambda: 0.1 });
 * optimizer.step(problem.objective(0), problem.weights, (direction) => {
 *   for (const [weight, values] of direction.byName) console.log(weight, values.dataSync()); // 0.224, 1.447
 * });
 * ```
 */
export const disam = defineOptimizer({
  name: 'disam',
  summary: 'Domain-inspired SAM: the ascent reduces the variance of the domain losses',
  paper: 'Zhang et al., Domain-Inspired Sharpness-Aware Minimization Under Domain Shifts, ICLR 2024, arXiv 2405.18861',
  options: Type.Object(
    {
      rho: Type.Number({ minimum: 0, default: 0.05, description: 'ρ, radius of the ascent' }),
      lambda: Type.Number({ minimum: 0, default: 0.1, description: 'λ, weight of the variance of the domain losses' }),
    },
    { additionalProperties: false },
  ),
  cost: sam.cost,
  limits: [
    { options: { rho: 0 }, equals: 'erm' },
    { options: { lambda: 0 }, equals: { optimizer: sam, options: {} } },
    { options: {}, domains: 1, equals: { optimizer: sam, options: {} } },
  ],
  create: ({ rho, lambda }) => ({
    ...stateless,
    step(objective, weights, apply) {
      using here = objective.evaluate();
      const losses = lossValues(here);
      const risks = ascentFactors(losses.risks, here.sources, lambda);
      using epsilon = consume(here.gradient({ risks, auxiliary: 1 }, { last: true }), (gradient) => ascent(gradient, rho));
      using direction = gradientAt(objective, weights, epsilon);
      apply(direction);
      return { kind: 'disam', losses };
    },
  }),
});

/** 1 - 2 λ (k/k') (L_i - L̄) for each domain present, L_i = k R_i. */
function ascentFactors(risks: Readonly<Record<string, number>>, k: number, lambda: number): Record<string, number> {
  const entries = Object.entries(risks);
  const mean = entries.reduce((sum, [, risk]) => sum + k * risk, 0) / entries.length;
  return Object.fromEntries(entries.map(([name, risk]) => [name, 1 - 2 * lambda * (k / entries.length) * (k * risk - mean)]));
}
