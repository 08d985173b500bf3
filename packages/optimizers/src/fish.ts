import { defineOptimizer, type Evaluation, Gradients, lossValues, type Objective, stepCounter, type Weights } from '@gradalign/core';
import { Type } from '@sinclair/typebox';
import { domainOrder, domainOrderOptions } from './domain-order.ts';

/**
 * Fish, the first-order algorithm (algorithm 1 of the paper), not the gradient inner product objective that it approximates, which would need second
 * derivatives. L_i = k R_i is the loss of domain i, α the inner learning rate:
 *
 *     θ̃ ← θ;  for each domain i present, in random order:  θ̃ ← θ̃ - α ∇L_i(θ̃)
 *     direction = (θ - θ̃) / (α k) + ∇A(θ) = Σ ∇R_i(θ̃ before i) + ∇A(θ)
 *
 * The paper then sets θ ← θ + ε (θ̃ - θ). Here the update rule takes that step: with plain SGD its learning rate is lr = ε α k, so the published
 * ε = 0.01 to 0.15 is lr / (α k), and for α → 0 the step becomes ERM's at the same learning rate.
 *
 * Each domain's samples are a mini-batch of their own, so batch norm sees one domain at a time, as there. The running statistics move once, in the
 * forward at θ, by the mean over the domains. The inner steps are plain gradient steps, as in the algorithm; the authors' code takes some of them with
 * Adam. The auxiliary loss is defined on the whole batch: its gradient at θ is added.
 *
 * One step on two domains whose gradients g_i = ∇R_i are (1, 0) and (-1, 1):
 *
 * @example
 * ```ts
 * import { quadraticProblem } from '@gradalign/core/testing';
 * import { loadEngine } from '@gradalign/engine';
 * import { fish } from '@gradalign/optimizers';
 *
 * await loadEngine();
 * using problem = quadraticProblem({
 *   at: [0, 0],
 *   domains: [
 *     { curvature: [1, 1], center: [-2, 0] },
 *     { curvature: [1, 1], center: [2, -2] },
 *   ],
 * });
 * using optimizer = fish.create({ innerLearningRate: 0.5, order: 'listed', seed: 0 });
 * optimizer.step(problem.objective(0), problem.weights, (direction) => {
 *   for (const [weight, values] of direction.byName) console.log(weight, values.dataSync()); // -0.5, 1
 * });
 * ```
 */
export const fish = defineOptimizer({
  name: 'fish',
  summary: 'Inter-domain gradient matching to first order: the way that small steps on one domain after another lead',
  paper: 'Shi et al., Gradient Matching for Domain Generalization, ICLR 2022, arXiv 2104.09937',
  options: Type.Object(
    {
      innerLearningRate: Type.Number({
        exclusiveMinimum: 0,
        default: 1e-3,
        description: "α, of the steps on single domains (the authors' for CdSprites; 1e-5 to 1e-3 on WILDS)",
      }),
      ...domainOrderOptions,
    },
    { additionalProperties: false },
  ),
  // At θ one forward of all domains, then one of each further domain's share of the batch.
  cost: { forwards: (k) => 2 - 1 / k, backwards: () => 2, weightCopies: () => 5 },
  limits: [{ options: {}, domains: 1, equals: 'erm' }],
  orderMatters: ({ order }) => (order === 'listed' ? ['domains'] : []),
  create({ innerLearningRate, order, seed }) {
    const counter = stepCounter();
    return {
      ...counter,
      step(objective, weights, apply) {
        using here = objective.evaluate({ domains: 'separate' });
        const losses = lossValues(here);
        const visits = domainOrder(here.domains, { order, seed }, 'fish', counter.next());
        using auxiliary = here.values.auxiliary ? here.gradient('auxiliary') : undefined;
        using way = innerLoop(here, objective, weights, visits, innerLearningRate * here.sources);
        using direction = Gradients.combine([[1, way], ...(auxiliary ? [[1, auxiliary] as const] : [])]);
        apply(direction);
        return { kind: 'fish', losses };
      },
    };
  },
});

/** Σ ∇R_i(θ̃ before i) over the visits, θ̃ = θ - rate · (the sum so far). */
function innerLoop(here: Evaluation, objective: Objective, weights: Weights, [first, ...rest]: readonly string[], rate: number): Gradients {
  let way = here.gradient({ domain: first as string }, { last: true });
  for (const domain of rest) {
    using before = way;
    using shift = Gradients.combine([[-rate, before]]);
    using next = weights.shifted(shift, () => {
      using there = objective.evaluate({ statistics: 'keep', only: domain });
      return there.gradient('risk', { last: true });
    });
    way = Gradients.combine([
      [1, before],
      [1, next],
    ]);
  }
  return way;
}
