import { defineOptimizer, Gradients, lossValues, type State, stepCounter } from '@gradalign/core';
import { Type } from '@sinclair/typebox';
import * as tf from '@tensorflow/tfjs-core';
import { ascent, gradientAt } from './ascent.ts';
import { sam } from './sam.ts';

/**
 * LookSAM (Liu et al., CVPR 2022, arXiv 2203.02714): SAM on every n-th step; the steps between reuse its orthogonal component. With f = R + A and
 * g = ∇f(θ):
 *
 *     steps 0, n, 2n ...:  direction = g_s = ∇f(θ + ρ g/‖g‖);   v = g_s - (⟨g_s, g⟩ / ‖g‖²) g
 *     between:             direction = g + α (‖g‖ / ‖v‖) v
 *
 * @example
 * One step on ½ (θ1² + 4 θ2²) at (3, 1), where the gradient is (3, 4):
 *
 * ```ts
 * import { quadraticProblem } from '@gradalign/core/testing';
 * import { loadEngine } from '@gradalign/engine';
 * import { looksam } from '@gradalign/optimizers';
 *
 * await loadEngine();
 * using problem = quadraticProblem({ at: [3, 1], domains: [{ curvature: [1, 4], center: [0, 0] }] });
 * using optimizer = looksam.create({ rho: 0.5, alpha: 0.7, every: 5 });
 * optimizer.step(problem.objective(0), problem.weights, (direction) => {
 *   for (const [weight, values] of direction.byName) console.log(weight, values.dataSync()); // 3.3, 5.6: the first step is SAM's
 * });
 * ```
 */
export const looksam = defineOptimizer({
  name: 'looksam',
  summary: 'SAM on every n-th step; the steps between reuse its orthogonal component',
  paper: 'Liu et al., Towards Efficient and Scalable Sharpness-Aware Minimization, CVPR 2022, arXiv 2203.02714',
  options: Type.Object(
    {
      rho: Type.Number({ minimum: 0, default: 0.05, description: 'ρ, radius of the ascent' }),
      alpha: Type.Number({ minimum: 0, default: 0.7, description: 'α, weight of the reused component' }),
      every: Type.Integer({ minimum: 1, default: 5, description: 'n, steps from one SAM step to the next' }),
    },
    { additionalProperties: false },
  ),
  cost: { forwards: () => 2, backwards: () => 2, weightCopies: () => 4 },
  limits: [
    { options: { rho: 0, alpha: 0 }, equals: 'erm' },
    { options: { every: 1 }, equals: { optimizer: sam, options: {} } },
  ],
  create({ rho, alpha, every }) {
    const counter = stepCounter();
    let orthogonal: Gradients | undefined;
    const keep = (next: Gradients | undefined) => {
      orthogonal?.[Symbol.dispose]();
      orthogonal = next;
    };
    return {
      step(objective, weights, apply) {
        const due = counter.next() % every === 0;
        using here = objective.evaluate();
        using gradient = here.gradient('full', { last: true });
        const looks = due || orthogonal === undefined;
        if (looks) {
          keep(undefined);
          using epsilon = ascent(gradient, rho);
          using perturbed = gradientAt(objective, weights, epsilon);
          keep(orthogonalPart(perturbed, gradient));
          apply(perturbed);
        } else {
          using direction = reuse(gradient, orthogonal as Gradients, alpha);
          apply(direction);
        }
        return { kind: looks ? 'looksam' : 'looksam-between', losses: lossValues(here) };
      },
      state: () => ({ ...counter.state(), tensors: orthogonal ? Object.fromEntries(orthogonal.byName) : {} }),
      restore({ values, tensors = {} }: State) {
        counter.restore(values ? { values } : {});
        const entries = Object.entries(tensors);
        keep(entries.length > 0 ? new Gradients(new Map(entries.map(([name, tensor]) => [name, tensor.clone()]))) : undefined);
      },
      [Symbol.dispose]: () => keep(undefined),
    };
  },
});

/** a - (⟨a, b⟩ / ‖b‖²) b. */
function orthogonalPart(a: Gradients, b: Gradients): Gradients {
  const scale = tf.tidy(() => tf.neg(tf.div(a.dot(b), tf.square(tf.add(b.norm(), 1e-12)))) as tf.Scalar);
  const part = Gradients.combine([
    [1, a],
    [scale, b],
  ]);
  scale.dispose();
  return part;
}

/** g + α (‖g‖ / ‖v‖) v, over the weights that have a gradient now: v may hold one that has been frozen since. */
function reuse(gradient: Gradients, kept: Gradients, alpha: number): Gradients {
  const orthogonal = new Gradients(new Map([...kept.byName].filter(([name]) => gradient.get(name))));
  const scale = tf.tidy(() => tf.mul(alpha, tf.div(gradient.norm(), tf.add(orthogonal.norm(), 1e-12))) as tf.Scalar);
  const direction = Gradients.combine([
    [1, gradient],
    [scale, orthogonal],
  ]);
  scale.dispose();
  return direction;
}
