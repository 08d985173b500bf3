import { defineOptimizer, domainGradients, Gradients, lossValues, stepCounter } from '@gradalign/core';
import { type Static, Type } from '@sinclair/typebox';
import * as tf from '@tensorflow/tfjs-core';
import { domainOrder, domainOrderOptions } from './domain-order.ts';

const options = Type.Object({ ...domainOrderOptions }, { additionalProperties: false });

/**
 * Gradient surgery (Yu et al., NeurIPS 2020, arXiv 2001.06782, algorithm 1) with the domains as tasks. With g_i = ∇R_i(θ), for each i:
 *
 *     p_i = g_i;  for each other domain j, in random order:  if ⟨p_i, g_j⟩ < 0:  p_i ← p_i - (⟨p_i, g_j⟩ / ‖g_j‖²) g_j
 *     direction = Σ p_i + ∇A(θ)
 *
 * The auxiliary loss is not a task: its gradient is added unchanged, and nothing is projected away from it. Every p_i is a linear combination of the g_j,
 * so the projections act on its k factors, given the k x k inner products of the g_j; the direction is then a single combination. If no two domains
 * conflict, the step is ERM's.
 *
 * @example
 * One step on two domains whose gradients g_i = ∇R_i are (1, 0) and (-1, 1):
 *
 * ```ts
 * import { quadraticProblem } from '@gradalign/core/testing';
 * import { loadEngine } from '@gradalign/engine';
 * import { pcgrad } from '@gradalign/optimizers';
 *
 * await loadEngine();
 * using problem = quadraticProblem({
 *   at: [0, 0],
 *   domains: [
 *     { curvature: [1, 1], center: [-2, 0] },
 *     { curvature: [1, 1], center: [2, -2] },
 *   ],
 * });
 * using optimizer = pcgrad.create({ order: 'listed', seed: 0 });
 * optimizer.step(problem.objective(0), problem.weights, (direction) => {
 *   for (const [weight, values] of direction.byName) console.log(weight, values.dataSync()); // 0.5, 1.5: the sum of (0.5, 0.5) and (0, 1)
 * });
 * ```
 */
export const pcgrad = defineOptimizer({
  name: 'pcgrad',
  summary: 'Gradient surgery: projects the gradient of each domain away from those it conflicts with',
  paper: 'Yu et al., Gradient Surgery for Multi-Task Learning, NeurIPS 2020, arXiv 2001.06782',
  options,
  cost: { forwards: () => 1, backwards: (k) => k + 1, weightCopies: (k) => k + 2 },
  limits: [{ options: {}, domains: 1, equals: 'erm' }],
  orderMatters: ({ order }) => (order === 'listed' ? ['domains'] : []),
  create(chosen) {
    const counter = stepCounter();
    return {
      ...counter,
      step(objective, _weights, apply) {
        const step = counter.next();
        using here = objective.evaluate();
        using gradients = domainGradients(here);
        using auxiliary = here.values.auxiliary ? here.gradient('auxiliary', { last: true }) : undefined;
        const losses = lossValues(here);
        const factors = surgery(here.domains, innerProducts(gradients.all), (domain) => others(here.domains, domain, step, chosen));
        using direction = Gradients.combine([
          ...gradients.all.map((gradient, i) => [factors[i] as number, gradient] as const),
          ...(auxiliary ? [[1, auxiliary] as const] : []),
        ]);
        apply(direction);
        return { kind: 'pcgrad', losses };
      },
    };
  },
});

function others(domains: readonly string[], domain: string, step: number, chosen: Static<typeof options>): readonly string[] {
  return domainOrder(domains, chosen, 'pcgrad', step, domain).filter((other) => other !== domain);
}

/** ⟨g_i, g_j⟩ for all pairs, read back from the engine at once. */
function innerProducts(gradients: readonly Gradients[]): number[][] {
  const flat = tf.tidy(() => {
    const lower: tf.Tensor[] = gradients.flatMap((a, i) => gradients.slice(0, i + 1).map((b) => a.dot(b)));
    return tf.stack(lower).dataSync();
  });
  const at = (i: number, j: number) => flat[(Math.max(i, j) * (Math.max(i, j) + 1)) / 2 + Math.min(i, j)] as number;
  return gradients.map((_, i) => gradients.map((__, j) => at(i, j)));
}

/**
 * The factors c_j of Σ p_i = Σ c_j g_j.
 * @param products ⟨g_i, g_j⟩, in the order of `domains`.
 * @param othersOf The other domains, in the order in which a domain's gradient is projected away from theirs.
 */
export function surgery(domains: readonly string[], products: readonly (readonly number[])[], othersOf: (domain: string) => readonly string[]): number[] {
  const sum: number[] = domains.map(() => 0);
  domains.forEach((domain, i) => {
    const factors: number[] = domains.map((_, j) => (i === j ? 1 : 0));
    for (const other of othersOf(domain)) {
      const j = domains.indexOf(other);
      const along = products[j] as readonly number[];
      const inner = factors.reduce((total, factor, l) => total + factor * (along[l] as number), 0);
      const square = along[j] as number;
      if (inner < 0 && square > 0) factors[j] = (factors[j] as number) - inner / square;
    }
    factors.forEach((factor, j) => {
      sum[j] = (sum[j] as number) + factor;
    });
  });
  return sum;
}
