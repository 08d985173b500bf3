import type * as tf from '@tensorflow/tfjs-core';
import type { Weights } from '../contracts/weights.ts';

/**
 * The values that a model's parameters have now, for passes that run later: a caller may have moved them by then. Costs no memory while they stay where
 * they are.
 */
export class WeightsAsSeen implements Disposable {
  readonly #seen: readonly { readonly variable: tf.Variable; readonly value: tf.Tensor }[];

  constructor({ parameters }: Weights) {
    this.#seen = [...parameters.values()].map((variable) => ({ variable, value: variable.clone() }));
  }

  /** Runs `body` at these values and puts the present ones back, also after an error. */
  within<T>(body: () => T): T {
    const moved = this.#seen.flatMap((one) => (one.variable.dataId === one.value.dataId ? [] : [{ ...one, now: one.variable.clone() }]));
    try {
      for (const { variable, value } of moved) variable.assign(value);
      return body();
    } finally {
      for (const { variable, now } of moved) {
        variable.assign(now);
        now.dispose();
      }
    }
  }

  [Symbol.dispose](): void {
    for (const { value } of this.#seen) value.dispose();
  }
}
