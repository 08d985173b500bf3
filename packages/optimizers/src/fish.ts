import { defineOptimizer, type Evaluation, Gradients, lossValues, type Objective, stepCounter, type Weights } from '@gradalign/core';
import { Type } from '@sinclair/typebox';
import { domainOrder, domainOrderOptions } from './domain-order.ts';

/**
 * Fish (Shi et al., ICLR 2022, arXiv 2104.09937, algorithm 1): the first-order algorithm, not the objective with gradient inner products that it
 * approximates, which needs second derivatives. L_i = k R_i is the loss of domain i, α the inner learning rate:
 *
 *     θ̃ ← θ;  for each domain i present, in random order:  θ̃ ← θ̃ - α ∇L_i(θ̃)
 *     direction = (θ - θ̃) / (α k) + ∇A(θ) = Σ ∇R_i(θ̃ before i) + ∇A(θ)
 *
 * The paper then sets θ ← θ + ε (θ̃ - θ). Here the update rule takes that step: plain SGD with the learning rate lr = ε α k, so the published
 * ε = 0.01 to 0.15 is lr / (α k), and for α → 0 the step becomes ERM's at the same learning rate.
 *
 * As in the paper, each domain's samples are a mini-batch of their own, so batch norm sees one domain at a time. The running statistics are updated once,
 * in the forward pass at θ, with the mean over the domains. The inner steps are plain gradient steps, as in the algorithm; the authors' code uses Adam for
 * some of them. The auxiliary loss is defined on the whole batch: its gradient at θ is added.
 *
 * @example
 * One step on two domains whose gradients g_i = ∇R_i are (1, 0) and (-1, 1):
 *
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
  summary: 'First-order inter-domain gradient matching: the displacement after small steps on each domain in turn',
  paper: 'Shi et al., Gradient Matching for Domain Generalization, ICLR 2022, arXiv 2104.09937',
  options: Type.Object(
    {
      innerLearningRate: Type.Number({
        exclusiveMinimum: 0,
        default: 1e-3,
        description: "α, learning rate of the steps on single domains (the authors' for CdSprites; 1e-5 to 1e-3 on WILDS)",
      }),
      ...domainOrderOptions,
    },
    { additionalProperties: false },
  ),
  // One forward of all domains at θ, then one of each further domain's share of the batch.
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
        using path = innerLoop(here, objective, weights, visits, innerLearningRate * here.sources);
        using direction = Gradients.combine([[1, path], ...(auxiliary ? [[1, auxiliary] as const] : [])]);
        apply(direction);
        return { kind: 'fish', losses };
      },
    };
  },
});

/** Σ ∇R_i(θ̃ before i) over the visits, θ̃ = θ - rate · (the sum so far). */
function innerLoop(here: Evaluation, objective: Objective, weights: Weights, [first, ...rest]: readonly string[], rate: number): Gradients {
  let path = here.gradient({ domain: first as string }, { last: true });
  for (const domain of rest) {
    using before = path;
    using shift = Gradients.combine([[-rate, before]]);
    using next = weights.shifted(shift, () => {
      using there = objective.evaluate({ statistics: 'keep', only: domain });
      return there.gradient('risk', { last: true });
    });
    path = Gradients.combine([
      [1, before],
      [1, next],
    ]);
  }
  return path;
}
