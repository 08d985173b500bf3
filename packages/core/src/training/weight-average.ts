import * as tf from '@tensorflow/tfjs-core';

/**
 * A mean of weights, kept in one copy and moved in place: mean += share · (θ - mean), so that values which never change (frozen layers) stay equal
 * bit for bit. `count` says of how many it is the mean.
 */
export class WeightAverage implements Disposable {
  #values = new Map<string, tf.Tensor>();
  #count = 0;

  get count(): number {
    return this.#count;
  }

  get values(): ReadonlyMap<string, tf.Tensor> {
    return this.#values;
  }

  /** Counts `values` as the mean of `count` weights: share = count / (count so far + count). The tensors stay the caller's. */
  add(values: ReadonlyMap<string, tf.Tensor>, count = 1): void {
    if (count === 0) return;
    this.move(values, count / (this.#count + count), count);
  }

  /** Moves by a share of one's own, 0..1; the first weights are taken as they are. */
  move(values: ReadonlyMap<string, tf.Tensor>, share: number, count = 1): void {
    for (const [name, value] of values) {
      const mean = this.#values.get(name);
      // A tensor never changes its values: a clone shares them until one of the two is assigned anew.
      const moved = mean && share < 1 ? tf.tidy(() => tf.add(mean, tf.mul(tf.sub(value, mean), share))) : tf.tidy(() => tf.clone(value));
      mean?.dispose();
      this.#values.set(name, moved);
    }
    this.#count += count;
  }

  /** A mean of its own with the same values. */
  copy(): WeightAverage {
    const copy = new WeightAverage();
    copy.add(this.#values, this.#count);
    return copy;
  }

  /** Tensors under `<prefix>/<weight>`, for a state. They stay this mean's. */
  tensors(prefix: string): Record<string, tf.Tensor> {
    return Object.fromEntries([...this.#values].map(([name, tensor]) => [`${prefix}/${name}`, tensor]));
  }

  /** What `tensors(prefix)` gave, and its count; the tensors stay the caller's. */
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
