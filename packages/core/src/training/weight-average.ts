import * as tf from '@tensorflow/tfjs-core';

/**
 * A mean of weights, kept as one copy: mean += share · (θ - mean), so that values which never change (frozen layers) stay equal bit for bit.
 * Disposing it resets it to the mean of nothing.
 */
export class WeightAverage implements Disposable {
  #values = new Map<string, tf.Tensor>();
  #count = 0;

  /** How many weights it is the mean of. */
  get count(): number {
    return this.#count;
  }

  /** The mean, by weight name; empty before the first `add`. The tensors stay this mean's, and are disposed when it moves. */
  get values(): ReadonlyMap<string, tf.Tensor> {
    return this.#values;
  }

  /** Adds `values` as the mean of `count` weights: share = count / (count so far + count). The tensors stay the caller's. */
  add(values: ReadonlyMap<string, tf.Tensor>, count = 1): void {
    if (count === 0) return;
    this.move(values, count / (this.#count + count), count);
  }

  /** Moves the mean by the given share, 0..1; the first weights are taken as they are. The tensors stay the caller's. */
  move(values: ReadonlyMap<string, tf.Tensor>, share: number, count = 1): void {
    for (const [name, value] of values) {
      const mean = this.#values.get(name);
      // Tensors are immutable: the clone shares its buffer.
      const moved = mean && share < 1 ? tf.tidy(() => tf.add(mean, tf.mul(tf.sub(value, mean), share))) : tf.tidy(() => tf.clone(value));
      mean?.dispose();
      this.#values.set(name, moved);
    }
    this.#count += count;
  }

  /** An independent mean with the same values; the caller disposes it. */
  copy(): WeightAverage {
    const copy = new WeightAverage();
    copy.add(this.#values, this.#count);
    return copy;
  }

  /** The mean's tensors as `<prefix>/<weight>`, for a state. They stay this mean's. */
  tensors(prefix: string): Record<string, tf.Tensor> {
    return Object.fromEntries([...this.#values].map(([name, tensor]) => [`${prefix}/${name}`, tensor]));
  }

  /** Rebuilds a mean from what `tensors(prefix)` returned and its count; the tensors stay the caller's. */
  static restored(tensors: Readonly<Record<string, tf.Tensor>> | undefined, prefix: string, count: unknown): WeightAverage {
    const average = new WeightAverage();
    const own = Object.entries(tensors ?? {}).filter(([key]) => key.startsWith(`${prefix}/`));
    average.add(new Map(own.map(([key, tensor]) => [key.slice(prefix.length + 1), tensor])), typeof count === 'number' ? count : 0);
    return average;
  }

  [Symbol.dispose](): void {
    for (const tensor of this.#values.values()) tensor.dispose();
    this.#values.clear();
    this.#count = 0;
  }
}
