import * as tf from '@tensorflow/tfjs-core';
import { Gradients } from '../contracts/gradients.ts';

/** A running sum of gradients, which holds one set of tensors. */
export class GradientSum implements Disposable {
  #sum = new Map<string, tf.Tensor>();

  /** Takes ownership of the gradients. */
  add(gradients: Gradients): void {
    for (const [name, gradient] of gradients.byName) {
      const before = this.#sum.get(name);
      this.#sum.set(name, before ? tf.add(before, gradient) : gradient);
      if (before) tf.dispose([before, gradient]);
    }
  }

  /** The sum, with its weights in the order of `names`. The caller disposes it; this one is empty then. */
  take(names: readonly string[]): Gradients {
    const sum = new Gradients(new Map(names.flatMap((name) => (this.#sum.has(name) ? [[name, this.#sum.get(name) as tf.Tensor] as const] : []))));
    this.#sum = new Map();
    return sum;
  }

  [Symbol.dispose](): void {
    tf.dispose([...this.#sum.values()]);
  }
}
