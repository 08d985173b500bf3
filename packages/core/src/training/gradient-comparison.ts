import type * as tf from '@tensorflow/tfjs-core';
import type { GradientCosine } from '../contracts/gradient-cosine.ts';
import type { Gradients } from '../contracts/gradients.ts';
import type { Objective } from '../contracts/objective.ts';
import type { GradientWatch } from '../contracts/optimizer.ts';
import { domainGradients } from './domain-gradients.ts';

/**
 * The cosines between the gradients of the domains in one step. Takes those that the method hands to `watch`, and gradients of its own where it hands over
 * none at the weights. Keeps the gradients of one place until those of the next come, so that a step may hold one more set of them.
 */
export class GradientComparison implements Disposable {
  readonly #cosines: GradientCosine[] = [];
  #kept: { readonly at: GradientCosine['at']; readonly domain: string; readonly norm: number; readonly gradients: Gradients }[] = [];
  #seen = false;

  /** Compares with the gradients of the same place that came before; the gradients stay the caller's. */
  readonly watch: GradientWatch = (at, domain, gradients) => {
    if (at === 'weights') this.#seen = true;
    if (this.#kept[0] && this.#kept[0].at !== at) this[Symbol.dispose]();
    const norm = read(gradients.norm());
    for (const before of this.#kept) {
      const cosine = read(before.gradients.dot(gradients)) / (before.norm * norm);
      // Of a gradient that is 0 there is none.
      if (Number.isFinite(cosine)) this.#cosines.push({ at, domains: [before.domain, domain], cosine: Math.min(1, Math.max(-1, cosine)) });
    }
    this.#kept.push({ at, domain, norm, gradients: gradients.map((gradient) => gradient.clone()) });
  };

  /** Takes one gradient of each domain where the method has handed over none: call it before the weights change. Running statistics stay as they are. */
  complete(objective: Objective): void {
    if (this.#seen) return;
    using here = objective.evaluate({ statistics: 'keep' });
    using gradients = domainGradients(here);
    for (const [i, each] of gradients.all.entries()) this.watch('weights', here.domains[i] as string, each);
  }

  /** All pairs of domains, place by place. */
  get cosines(): readonly GradientCosine[] {
    return this.#cosines;
  }

  [Symbol.dispose](): void {
    for (const { gradients } of this.#kept) gradients[Symbol.dispose]();
    this.#kept = [];
  }
}

function read(value: tf.Scalar): number {
  const [number = Number.NaN] = value.dataSync();
  value.dispose();
  return number;
}
