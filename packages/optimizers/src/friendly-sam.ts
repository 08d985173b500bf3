import { defineOptimizer, Gradients, lossValues, type State } from '@gradalign/core';
import { Type } from '@sinclair/typebox';
import { ascent, consume, gradientAt } from './ascent.ts';
import { sam } from './sam.ts';

/**
 * Friendly SAM (Li et al., CVPR 2024, arXiv 2403.12350): SAM that ascends along what this batch's gradient has beyond the moving mean m of the gradients
 * before. With f = R + A:
 *
 *     d = ∇f(θ) - σ m                         at the first step d = ∇f(θ)
 *     ε = ρ d / ‖d‖
 *     direction = ∇f(θ + ε)
 *     m ← λ m + (1 - λ) ∇f(θ)                 at the first step m = ∇f(θ)
 *
 * A first step is that of each weight, so that one which thaws later begins as the others did.
 *
 * @example
 * One step on ½ (θ1² + 4 θ2²) at (3, 1), where the gradient is (3, 4):
 *
 * ```ts
 * import { quadraticProblem } from '@gradalign/core/testing';
 * import { loadEngine } from '@gradalign/engine';
 * import { friendlySam } from '@gradalign/optimizers';
 *
 * await loadEngine();
 * using problem = quadraticProblem({ at: [3, 1], domains: [{ curvature: [1, 4], center: [0, 0] }] });
 * using optimizer = friendlySam.create({ rho: 0.5, sigma: 1, decay: 0.9 });
 * optimizer.step(problem.objective(0), problem.weights, (direction) => {
 *   for (const [weight, values] of direction.byName) console.log(weight, values.dataSync()); // 3.3, 5.6: the first step is SAM's
 * });
 * ```
 */
export const friendlySam = defineOptimizer({
  name: 'friendly-sam',
  summary: "Friendly SAM: the ascent leaves out the moving mean of the gradients and keeps the batch's own part",
  paper: 'Li et al., Friendly Sharpness-Aware Minimization, CVPR 2024, arXiv 2403.12350',
  options: Type.Object(
    {
      rho: Type.Number({ minimum: 0, default: 0.05, description: 'ρ, radius of the ascent' }),
      sigma: Type.Number({ minimum: 0, default: 1, description: 'σ, share of the moving mean that is taken out of the ascent' }),
      decay: Type.Number({ minimum: 0, maximum: 1, default: 0.9, description: 'λ, share of the old value when the moving mean moves' }),
    },
    { additionalProperties: false },
  ),
  cost: { forwards: () => 2, backwards: () => 2, weightCopies: () => 4 },
  limits: [
    { options: { rho: 0 }, equals: 'erm' },
    { options: { sigma: 0 }, equals: { optimizer: sam, options: {} } },
  ],
  create({ rho, sigma, decay }) {
    let mean = new Gradients(new Map());
    const keep = (next: Gradients) => {
      mean[Symbol.dispose]();
      mean = next;
    };
    return {
      step(objective, weights, apply) {
        using here = objective.evaluate();
        using epsilon = consume(here.gradient('full', { last: true }), (gradient) => {
          using ownPart = Gradients.combine([
            [1, gradient],
            [-sigma, shared(mean, gradient)],
          ]);
          keep(movedMean(mean, gradient, decay));
          return ascent(ownPart, rho);
        });
        using direction = gradientAt(objective, weights, epsilon);
        apply(direction);
        return { kind: 'friendly-sam', losses: lossValues(here) };
      },
      state: () => ({ tensors: Object.fromEntries(mean.byName) }),
      restore: ({ tensors = {} }: State) => keep(new Gradients(new Map(Object.entries(tensors).map(([name, tensor]) => [name, tensor.clone()])))),
      [Symbol.dispose]: () => keep(new Gradients(new Map())),
    };
  },
});

/** What `gradients` has of the weights that `others` names too. The tensors stay those of `gradients`: not to be disposed. */
function shared(gradients: Gradients, others: Gradients): Gradients {
  return new Gradients(new Map([...gradients.byName].filter(([name]) => others.byName.has(name))));
}

/** λ m + (1 - λ) g; g where there is no m yet, m where there is no g: the weight is frozen. */
function movedMean(mean: Gradients, gradient: Gradients, decay: number): Gradients {
  const moved = Gradients.combine([
    [decay, shared(mean, gradient)],
    [1 - decay, shared(gradient, mean)],
  ]);
  const unmoved = [...mean.byName, ...gradient.byName].filter(([name]) => !moved.byName.has(name));
  return new Gradients(new Map([...moved.byName, ...unmoved.map(([name, tensor]) => [name, tensor.clone()] as const)]));
}
