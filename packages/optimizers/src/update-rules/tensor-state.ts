import type { State } from '@gradalign/core';
import type * as tf from '@tensorflow/tfjs-core';

/** Tensors that an update rule carries from step to step, under `<slot>/<weight>`. */
export class TensorState implements Disposable {
  readonly #tensors = new Map<string, tf.Tensor>();

  get(slot: string, name: string): tf.Tensor | undefined {
    return this.#tensors.get(`${slot}/${name}`);
  }

  /** Takes ownership of the tensor and disposes the previous one. */
  set(slot: string, name: string, tensor: tf.Tensor): void {
    const key = `${slot}/${name}`;
    this.#tensors.get(key)?.dispose();
    this.#tensors.set(key, tensor);
  }

  state(): NonNullable<State['tensors']> {
    return Object.fromEntries(this.#tensors);
  }

  restore(tensors: State['tensors'] = {}): void {
    this[Symbol.dispose]();
    for (const [key, tensor] of Object.entries(tensors)) this.#tensors.set(key, tensor.clone());
  }

  [Symbol.dispose](): void {
    for (const tensor of this.#tensors.values()) tensor.dispose();
    this.#tensors.clear();
  }
}
