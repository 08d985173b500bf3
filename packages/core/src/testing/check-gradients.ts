import * as tf from '@tensorflow/tfjs-core';
import { Gradients } from '../contracts/gradients.ts';
import type { EvaluateOptions, Evaluation, GradientOf, Objective } from '../contracts/objective.ts';
import { createRandom } from '../contracts/seed.ts';
import type { Weights } from '../contracts/weights.ts';

/** How gradients are compared with finite differences. */
export interface CheckGradientsOptions {
  /** Length of the step each way, l2 over all weights; default 0.01: a shorter one loses precision in float32, a longer one picks up curvature. */
  readonly step?: number;
  /** Largest acceptable difference of the slopes, relative to the norm of the gradient; default 0.02. */
  readonly tolerance?: number;
  /** How domains go through the forward pass; default: joint. */
  readonly mode?: 'joint' | 'separate';
}

/**
 * Compares an objective's gradients with central differences of its values, (f(θ + s u) - f(θ - s u)) / 2s along three random unit vectors u:
 * the gradient of the full loss, of the risk, of the auxiliary loss, and of every domain. For authors of models and losses. Restores the weights and
 * leaves running statistics unchanged. Needs a loaded engine.
 *
 * @throws Error that names the gradient that is wrong.
 */
export function checkGradients(objective: Objective, weights: Weights, { step = 0.01, tolerance = 0.02, mode = 'joint' }: CheckGradientsOptions = {}): void {
  const options: EvaluateOptions = { statistics: 'keep', domains: mode };
  using here = objective.evaluate(options);
  const kinds: GradientOf[] = ['full', 'risk', ...(here.values.auxiliary ? (['auxiliary'] as const) : []), ...here.domains.map((domain) => ({ domain }))];
  for (const of of kinds) {
    using gradient = here.gradient(of);
    const norm = gradient.norm();
    const steepest = norm.dataSync()[0] as number;
    norm.dispose();
    for (let draw = 0; draw < 3; draw++) {
      using along = randomUnit(weights, draw);
      const inner = gradient.dot(along);
      const slope = inner.dataSync()[0] as number;
      inner.dispose();
      const at = (length: number) => {
        using shift = Gradients.combine([[length, along]]);
        return weights.shifted(shift, () => {
          using there = objective.evaluate(options);
          return readValue(of, there);
        });
      };
      const difference = (at(step) - at(-step)) / (2 * step);
      if (!(Math.abs(difference - slope) <= tolerance * Math.max(steepest, 1e-3))) {
        const name = typeof of === 'string' ? `'${of}'` : JSON.stringify(of);
        throw new Error(`the gradient of ${name} says ${slope} along a random direction, central differences say ${difference}`);
      }
    }
  }
}

function readValue(of: GradientOf, { domains, values }: Evaluation): number {
  const read = (value: tf.Scalar | undefined) => value?.dataSync()[0] ?? 0;
  const risk = values.risks.reduce((sum, value) => sum + read(value), 0);
  if (of === 'risk') return risk;
  if (of === 'auxiliary') return read(values.auxiliary);
  if (of === 'full') return risk + read(values.auxiliary);
  if ('domain' in of) return read(values.risks[domains.indexOf(of.domain)]);
  return Object.entries(of.risks).reduce(
    (sum, [name, factor]) => sum + factor * read(values.risks[domains.indexOf(name)]),
    (of.auxiliary ?? 0) * read(values.auxiliary),
  );
}

/** A direction of length 1 over all weights that are not frozen. */
function randomUnit(weights: Weights, draw: number): Gradients {
  const random = createRandom(['check-gradients', draw]);
  const drawn = weights.trainable.map((name) => [name, Float32Array.from({ length: weights.get(name).size }, () => random.normal())] as const);
  const norm = Math.sqrt(drawn.reduce((sum, [, values]) => values.reduce((total, value) => total + value * value, sum), 0));
  return new Gradients(
    new Map(
      drawn.map(([name, values]) => [
        name,
        tf.tensor(
          values.map((value) => value / norm),
          weights.get(name).shape,
        ),
      ]),
    ),
  );
}
