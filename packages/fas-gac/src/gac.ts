import {
  cannot,
  defineOptimizer,
  domainGradients,
  ermStep,
  Gradients,
  lossValues,
  type Objective,
  type StepReport,
  stepCounter,
  type Weights,
} from '@gradalign/core';
import { type Static, Type } from '@sinclair/typebox';
import { ascendingPoints, releasedAscendingPoints } from './ascending-points.ts';

const options = Type.Object(
  {
    rho: Type.Number({ minimum: 0, default: 0.1, description: 'ρ, radius of the ascent' }),
    alpha: Type.Number({ minimum: 0, default: 2e-4, description: 'α, weight of the gradient alignment' }),
    adaptive: Type.Boolean({ default: false, description: 'Scale the ascent by the magnitude of each weight, as ASAM does' }),
    eta: Type.Number({ minimum: 0, default: 0, description: 'η, added to the magnitude of every weight if the ascent is adaptive' }),
    domains: Type.Unsafe<'joint' | 'separate'>({
      type: 'string',
      enum: ['joint', 'separate'],
      default: 'joint',
      description:
        'joint: one forward over the whole batch, as published; separate: one forward per domain with its own batch statistics, a different and cheaper algorithm',
    }),
    every: Type.Integer({ minimum: 1, default: 1, description: 'Act on steps 0, n, 2n ... after warm-up; the steps between are plain ERM' }),
    faithfulTo: Type.Unsafe<'paper' | 'code'>({
      type: 'string',
      enum: ['paper', 'code'],
      default: 'paper',
      description: 'code: what the released class computes (three domains, cumulative gradients, always adaptive)',
    }),
  },
  { additionalProperties: false },
);
type GacOptions = Static<typeof options>;

/**
 * Gradient alignment for cross-domain face anti-spoofing (Le and Woo, CVPR 2024, arXiv 2402.18817). R = Σ R_i is the mean risk over the k source domains,
 * A the auxiliary loss, g_i = ∇R_i(θ), g = Σ g_i:
 *
 *     θ_i = θ + ρ g_i / ‖g_i‖ - α g              one ascending point per domain
 *     h_i = ∇R(θ_i)                              the risk of the whole batch, running statistics unchanged
 *     direction = g + (1/k') Σ h_i + ∇A(θ)       k' domains present in the batch
 *
 * The two terms are summed, not averaged: with ρ = α = 0 the direction is 2g + ∇A, about twice ERM's at the same learning rate.
 *
 * @example
 * One step on two domains whose gradients g_i = ∇R_i are (1, 0) and (-1, 1):
 *
 * ```ts
 * import { quadraticProblem } from '@gradalign/core/testing';
 * import { loadEngine } from '@gradalign/engine';
 * import { gac } from '@gradalign/fas-gac';
 *
 * await loadEngine();
 * using problem = quadraticProblem({
 *   at: [0, 0],
 *   domains: [
 *     { curvature: [1, 1], center: [-2, 0] },
 *     { curvature: [1, 1], center: [2, -2] },
 *   ],
 * });
 * using optimizer = gac.create({ rho: 0.5, alpha: 0.1, adaptive: false, eta: 0, domains: 'joint', every: 1, faithfulTo: 'paper' });
 * optimizer.step(problem.objective(0), problem.weights, (direction) => {
 *   for (const [weight, values] of direction.byName) console.log(weight, values.dataSync()); // 0.073, 2.077
 * });
 * ```
 */
export const gac = defineOptimizer({
  name: 'gac',
  summary: 'GAC-FAS: aligns the gradients at one ascending point per domain with the ordinary gradient',
  paper: 'Le and Woo, Gradient Alignment for Cross-Domain Face Anti-Spoofing, CVPR 2024, arXiv 2402.18817',
  options,
  warmupEpochs: 10,
  cost: { forwards: (k) => 1 + k, backwards: (k) => 2 * k + 1, weightCopies: (k) => k + 3 },
  limits: [
    { options: { rho: 0, alpha: 0 }, equals: { risk: 2, auxiliary: 1 } },
    { options: { rho: 0, alpha: 0, adaptive: true }, equals: { risk: 2, auxiliary: 1 } },
    { options: { rho: 0, alpha: 0, domains: 'separate' }, mode: 'separate', equals: { risk: 2, auxiliary: 1 } },
  ],
  orderMatters: ({ faithfulTo }) => (faithfulTo === 'code' ? ['domains'] : []),
  create(chosen) {
    const counter = stepCounter();
    return {
      ...counter,
      step(objective, weights, apply) {
        const acts = counter.next() % chosen.every === 0;
        return acts ? gacStep(chosen, objective, weights, apply) : ermStep(objective, apply);
      },
    };
  },
});

function gacStep(chosen: GacOptions, objective: Objective, weights: Weights, apply: (direction: Gradients) => void): StepReport {
  const { domains: mode } = chosen;
  using here = objective.evaluate({ domains: mode });
  using gradients = domainGradients(here);
  using auxiliary = here.values.auxiliary ? here.gradient('auxiliary', { last: true }) : undefined;
  const losses = lossValues(here);
  using g = Gradients.combine(gradients.all.map((gradient) => [1, gradient]));

  using sum = new RunningSum();
  const points =
    chosen.faithfulTo === 'code' ? releasedAscendingPoints(three(gradients.all), weights, chosen) : ascendingPoints(gradients.all, g, weights, chosen);
  let taken = 0;
  for (const shift of points) {
    using point = shift;
    // Free g_i before the forward pass, where memory peaks, and the shift as soon as the weights are moved.
    gradients.all[taken++]?.[Symbol.dispose]();
    using there = weights.shifted(point, () => {
      point[Symbol.dispose]();
      using evaluation = objective.evaluate({ statistics: 'keep', domains: mode });
      return evaluation.gradient('risk', { last: true });
    });
    sum.add(there);
  }
  using direction = Gradients.combine([[1, g], [1 / gradients.all.length, sum.total()], ...(auxiliary ? [[1, auxiliary] as const] : [])]);
  apply(direction);
  return { kind: 'gac', losses };
}

function three(gradients: readonly Gradients[]): readonly [Gradients, Gradients, Gradients] {
  const [g1, g2, g3] = gradients;
  if (!g1 || !g2 || !g3 || gradients.length > 3) {
    throw cannot(
      'take a GAC step as the released code does',
      `the batch holds ${gradients.length} domains`,
      'exactly 3 (faithfulTo: paper accepts any number)',
      {
        exitCode: 2,
      },
    );
  }
  return [g1, g2, g3];
}

/** A running sum, which holds one set of tensors. */
class RunningSum implements Disposable {
  #sum: Gradients | undefined;

  add(gradients: Gradients): void {
    const next = this.#sum
      ? Gradients.combine([
          [1, this.#sum],
          [1, gradients],
        ])
      : gradients.map((gradient) => gradient.clone());
    this.#sum?.[Symbol.dispose]();
    this.#sum = next;
  }

  total(): Gradients {
    return this.#sum ?? new Gradients(new Map());
  }

  [Symbol.dispose](): void {
    this.#sum?.[Symbol.dispose]();
  }
}
