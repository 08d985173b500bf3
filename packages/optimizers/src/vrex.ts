import { defineOptimizer, lossValues, stepCounter } from '@gradalign/core';
import { Type } from '@sinclair/typebox';

/**
 * Risk extrapolation by variance (Krueger et al., ICML 2021, arXiv 2003.00688): ERM that also makes the losses of the domains equal. L_i = k R_i is the loss
 * of domain i (R_i is divided by the k source domains), L̄ their mean over the k' domains present, A the auxiliary loss:
 *
 *     objective = Σ R_i + (β/k') Σ (L_i - L̄)² + A
 *     direction = Σ (1 + 2 β (k/k') (L_i - L̄)) ∇R_i(θ) + ∇A(θ)
 *
 * β is 1 for the first `annealingSteps` steps and `penalty` from then on, as in DomainBed, which resets Adam's moments where β changes; the update rule's
 * state is kept here. The factors depend only on the loss values, so the direction takes one pullback and a step costs as much as ERM's.
 *
 * @example
 * One step on two domains whose gradients g_i = ∇R_i are (1, 0) and (-1, 1), and whose losses L_i are 2 and 4:
 *
 * ```ts
 * import { quadraticProblem } from '@gradalign/core/testing';
 * import { loadEngine } from '@gradalign/engine';
 * import { vrex } from '@gradalign/optimizers';
 *
 * await loadEngine();
 * using problem = quadraticProblem({
 *   at: [0, 0],
 *   domains: [
 *     { curvature: [1, 1], center: [-2, 0] },
 *     { curvature: [1, 1], center: [2, -2] },
 *   ],
 * });
 * using optimizer = vrex.create({ penalty: 0.1, annealingSteps: 0 });
 * optimizer.step(problem.objective(0), problem.weights, (direction) => {
 *   for (const [weight, values] of direction.byName) console.log(weight, values.dataSync()); // -0.4, 1.2
 * });
 * ```
 */
export const vrex = defineOptimizer({
  name: 'vrex',
  summary: 'V-REx: adds the variance of the domain losses to the risk',
  paper: 'Krueger et al., Out-of-Distribution Generalization via Risk Extrapolation, ICML 2021, arXiv 2003.00688',
  options: Type.Object(
    {
      penalty: Type.Number({ minimum: 0, default: 10, description: 'β, weight of the variance of the domain losses' }),
      annealingSteps: Type.Integer({ minimum: 0, default: 500, description: 'Steps at β = 1 before the penalty acts in full' }),
    },
    { additionalProperties: false },
  ),
  cost: { forwards: () => 1, backwards: () => 1, weightCopies: () => 1 },
  limits: [
    { options: { penalty: 0, annealingSteps: 0 }, equals: 'erm' },
    { options: {}, domains: 1, equals: 'erm' },
  ],
  create({ penalty, annealingSteps }) {
    const counter = stepCounter();
    return {
      ...counter,
      step(objective, _weights, apply) {
        const beta = counter.next() < annealingSteps ? 1 : penalty;
        using here = objective.evaluate();
        const losses = lossValues(here);
        using direction = here.gradient({ risks: factors(losses.risks, here.sources, beta), auxiliary: 1 }, { last: true });
        apply(direction);
        return { kind: 'vrex', losses };
      },
    };
  },
});

/** 1 + 2 β (k/k') (L_i - L̄) for each domain present, L_i = k R_i. */
function factors(risks: Readonly<Record<string, number>>, k: number, beta: number): Record<string, number> {
  const entries = Object.entries(risks);
  const mean = entries.reduce((sum, [, risk]) => sum + k * risk, 0) / entries.length;
  return Object.fromEntries(entries.map(([name, risk]) => [name, 1 + 2 * beta * (k / entries.length) * (k * risk - mean)]));
}
