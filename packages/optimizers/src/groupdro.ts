import { defineOptimizer, lossValues, type State } from '@gradalign/core';
import { Type } from '@sinclair/typebox';

/**
 * Group distributionally robust optimization (Sagawa et al., ICLR 2020, arXiv 1911.08731, algorithm 1), a group being a domain: weights q_i rise where the
 * loss is large. L_i = k R_i is the loss of domain i (R_i is divided by the k source domains), A the auxiliary loss:
 *
 *     q_i ← q_i exp(η L_i) / Σ_j q_j exp(η L_j)       q_i = 1/k at the start
 *     direction = Σ k q_i ∇R_i(θ) + ∇A(θ)             the gradient of Σ q_i L_i + A
 *
 * A domain that is absent from the batch has a loss of 0 there, as in the authors' code. The factors depend only on the loss values, so the direction takes
 * one pullback and a step costs as much as ERM's.
 *
 * @example
 * One step on two domains whose gradients g_i = ∇R_i are (1, 0) and (-1, 1), and whose losses L_i are 2 and 4:
 *
 * ```ts
 * import { quadraticProblem } from '@gradalign/core/testing';
 * import { loadEngine } from '@gradalign/engine';
 * import { groupdro } from '@gradalign/optimizers';
 *
 * await loadEngine();
 * using problem = quadraticProblem({
 *   at: [0, 0],
 *   domains: [
 *     { curvature: [1, 1], center: [-2, 0] },
 *     { curvature: [1, 1], center: [2, -2] },
 *   ],
 * });
 * using optimizer = groupdro.create({ stepSize: 0.5 });
 * optimizer.step(problem.objective(0), problem.weights, (direction) => {
 *   for (const [weight, values] of direction.byName) console.log(weight, values.dataSync()); // -0.924, 1.462: q is 0.269, 0.731
 * });
 * ```
 */
export const groupdro = defineOptimizer({
  name: 'groupdro',
  summary: 'Group DRO: weights the domains by their losses, towards the worst one',
  paper:
    'Sagawa et al., Distributionally Robust Neural Networks for Group Shifts: On the Importance of Regularization for Worst-Case Generalization, ICLR 2020, arXiv 1911.08731',
  options: Type.Object(
    { stepSize: Type.Number({ minimum: 0, default: 0.01, description: 'η, how fast the weights of the domains follow their losses' }) },
    { additionalProperties: false },
  ),
  cost: { forwards: () => 1, backwards: () => 1, weightCopies: () => 1 },
  limits: [
    { options: { stepSize: 0 }, equals: 'erm' },
    { options: {}, domains: 1, equals: 'erm' },
  ],
  create({ stepSize }) {
    let q: Readonly<Record<string, number>> = {};
    return {
      step(objective, _weights, apply) {
        using here = objective.evaluate();
        const losses = lossValues(here);
        q = moved(q, here.sourceDomains, losses.risks, stepSize);
        const risks = Object.fromEntries(here.domains.map((name) => [name, here.sources * (q[name] as number)]));
        using direction = here.gradient({ risks, auxiliary: 1 }, { last: true });
        apply(direction);
        return { kind: 'groupdro', losses };
      },
      state: () => ({ values: { q } }),
      restore({ values }: State) {
        q = (values?.['q'] as Readonly<Record<string, number>> | undefined) ?? {};
      },
      [Symbol.dispose]: () => {},
    };
  },
});

/** q_i exp(η L_i), normalized; exponents count from the largest, so that none overflows. */
function moved(
  q: Readonly<Record<string, number>>,
  names: readonly string[],
  risks: Readonly<Record<string, number>>,
  stepSize: number,
): Record<string, number> {
  const k = names.length;
  const exponents = names.map((name) => stepSize * k * (risks[name] ?? 0));
  const largest = Math.max(...exponents);
  const grown = names.map((name, i) => (q[name] ?? 1 / k) * Math.exp((exponents[i] as number) - largest));
  const sum = grown.reduce((total, value) => total + value, 0);
  return Object.fromEntries(names.map((name, i) => [name, (grown[i] as number) / sum]));
}
