import {
  cannot,
  defineOptimizer,
  domainGradients,
  type Evaluation,
  ermStep,
  Gradients,
  type GradientWatch,
  type LossValues,
  lossValues,
  matchesPattern,
  type Objective,
  type StepReport,
  stepCounter,
  suggestion,
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
      description: 'code: what the released class computes (cumulative gradients in the order of the domains, always adaptive)',
    }),
    ascentGradients: Type.String({
      minLength: 1,
      default: '**',
      description: 'Pattern of the weights whose gradients are taken at the ascending points (head/**: as the released code); the others move by g + ∇A',
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
 * `ascentGradients` restricts (1/k') Σ h_i to the weights whose names match; elsewhere the direction is g + ∇A. The points themselves stay where they are.
 * No backward pass goes through what is left out: with `head/**` (what the released code computes, where the proxies are copied while the backbone is
 * frozen) a step costs 1 + k forwards and the backwards at θ alone: one for each domain (together one with `domains: separate`) and one for A.
 *
 * `faithfulTo: code` takes the directions of `releasedAscendingPoints`, for any number of domains.
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
 * using optimizer = gac.create({ rho: 0.5, alpha: 0.1, adaptive: false, eta: 0, domains: 'joint', every: 1, faithfulTo: 'paper', ascentGradients: '**' });
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
      checkWeights: ({ parameters }) => requireMatch(chosen.ascentGradients, [...parameters.keys()]),
      step(objective, weights, apply, _factor, watch) {
        const acts = counter.next() % chosen.every === 0;
        return acts ? gacStep(chosen, objective, weights, apply, watch) : ermStep(objective, apply);
      },
    };
  },
});

function gacStep(
  chosen: GacOptions,
  objective: Objective,
  weights: Weights,
  apply: (direction: Gradients) => void,
  watch: GradientWatch | undefined,
): StepReport {
  const { domains: mode, ascentGradients } = chosen;
  using here = objective.evaluate({ domains: mode });
  using gradients = domainGradients(here);
  for (const [i, gradient] of gradients.all.entries()) watch?.('weights', here.domains[i] as string, gradient);
  using auxiliary = here.values.auxiliary ? here.gradient('auxiliary', { last: true }) : undefined;
  const losses = lossValues(here);
  using g = Gradients.combine(gradients.all.map((gradient) => [1, gradient]));

  using sum = new RunningSum();
  let taken = 0;
  const isReleased = chosen.faithfulTo === 'code';
  const names = here.domains.filter((name) => !isReleased || losses.risks[name] !== 0);
  for (const shift of isReleased ? releasedPoints(here, gradients.all, losses, weights, chosen) : paperPoints(gradients.all, g, weights, chosen)) {
    using point = shift;
    const domain = names[taken++] as string;
    using there = weights.shifted(point, () => {
      // The weights are moved: free the shift before the forward pass, where memory peaks.
      point[Symbol.dispose]();
      const withRespectTo = (name: string) => matchesPattern(ascentGradients, name);
      using evaluation = objective.evaluate({ statistics: 'keep', domains: mode, withRespectTo });
      return evaluation.gradient('risk', { last: true });
    });
    watch?.('ascending points', domain, there);
    sum.add(there);
  }
  using direction = Gradients.combine([[1, g], ...(taken > 0 ? [[1 / taken, sum.total()] as const] : []), ...(auxiliary ? [[1, auxiliary] as const] : [])]);
  apply(direction);
  return { kind: 'gac', losses };
}

/** The ascending points of the paper; frees each g_i once its shift is made. */
function* paperPoints(all: readonly Gradients[], g: Gradients, weights: Weights, chosen: GacOptions): Generator<Gradients> {
  let made = 0;
  for (const shift of ascendingPoints(all, g, weights, chosen)) {
    all[made++]?.[Symbol.dispose]();
    yield shift;
  }
}

/** Those of the released class; a domain that is absent, or whose loss is exactly 0, takes no ascent. */
function releasedPoints(here: Evaluation, all: readonly Gradients[], { risks }: LossValues, weights: Weights, chosen: GacOptions): Generator<Gradients> {
  const bySource = here.sourceDomains.map((name) => ((risks[name] ?? 0) === 0 ? undefined : all[here.domains.indexOf(name)]));
  return releasedAscendingPoints(bySource, weights, chosen);
}

/** A pattern that matches nothing would silently train ERM's direction. */
function requireMatch(pattern: string, names: readonly string[]): void {
  if (names.some((name) => matchesPattern(pattern, name))) return;
  const parts = [...new Set(names.map((name) => `${name.split('/')[0]}/**`))];
  throw cannot(
    'use optimizer.ascentGradients',
    `no weight matches '${pattern}'`,
    `a pattern of weight names: '**', or of ${parts.join(', ')}${suggestion(pattern, parts)}`,
    { exitCode: 2 },
  );
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
