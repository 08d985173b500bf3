import { defineOptimizer, domainGradients, Gradients, lossValues, stateless } from '@gradalign/core';
import { Type } from '@sinclair/typebox';
import { ascent } from './ascent.ts';

/**
 * SAM with an ascending point for every domain (Foret et al., ICLR 2021, arXiv 2010.01412, applied to each domain's risk R_i by itself). g_i = ∇R_i(θ), A is
 * the auxiliary loss:
 *
 *     θ_i = θ + ρ g_i / ‖g_i‖
 *     direction = Σ ∇R_i(θ_i) + ∇A(θ)
 *
 * Between SAM, which has one ascending point for all domains, and GAC, which takes the whole risk at each. All forwards see the whole batch, so that batch
 * norm couples the domains as in ERM. The sum is over the domains present in the batch.
 *
 * @example
 * One step on two domains whose gradients g_i = ∇R_i are (1, 0) and (-1, 1):
 *
 * ```ts
 * import { quadraticProblem } from '@gradalign/core/testing';
 * import { loadEngine } from '@gradalign/engine';
 * import { samByDomain } from '@gradalign/optimizers';
 *
 * await loadEngine();
 * using problem = quadraticProblem({
 *   at: [0, 0],
 *   domains: [
 *     { curvature: [1, 1], center: [-2, 0] },
 *     { curvature: [1, 1], center: [2, -2] },
 *   ],
 * });
 * using optimizer = samByDomain.create({ rho: 0.5 });
 * optimizer.step(problem.objective(0), problem.weights, (direction) => {
 *   for (const [weight, values] of direction.byName) console.log(weight, values.dataSync()); // 0.073, 1.177
 * });
 * ```
 */
export const samByDomain = defineOptimizer({
  name: 'sam-by-domain',
  summary: 'SAM domain by domain: the gradient of each domain at its own ascending point',
  paper: 'Foret et al., Sharpness-Aware Minimization for Efficiently Improving Generalization, ICLR 2021, arXiv 2010.01412; for each domain by itself',
  options: Type.Object({ rho: Type.Number({ minimum: 0, default: 0.05, description: 'ρ, radius of each ascent' }) }, { additionalProperties: false }),
  cost: { forwards: (k) => 1 + k, backwards: (k) => 2 * k + 1, weightCopies: (k) => k + 2 },
  limits: [{ options: { rho: 0 }, equals: 'erm' }],
  create: ({ rho }) => ({
    ...stateless,
    step(objective, weights, apply) {
      using here = objective.evaluate();
      using gradients = domainGradients(here);
      let sum = here.values.auxiliary ? here.gradient('auxiliary', { last: true }) : new Gradients(new Map());
      try {
        for (const [i, domain] of here.domains.entries()) {
          using epsilon = ascent(gradients.all[i] as Gradients, rho);
          gradients.all[i]?.[Symbol.dispose]();
          using there = weights.shifted(epsilon, () => {
            epsilon[Symbol.dispose]();
            using evaluation = objective.evaluate({ statistics: 'keep' });
            return evaluation.gradient({ domain }, { last: true });
          });
          using before = sum;
          sum = Gradients.combine([
            [1, before],
            [1, there],
          ]);
        }
        apply(sum);
      } finally {
        sum[Symbol.dispose]();
      }
      return { kind: 'sam-by-domain', losses: lossValues(here) };
    },
  }),
});
