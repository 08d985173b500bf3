import { combine, dot, globalNorm } from '@gradalign/engine';
import * as tf from '@tensorflow/tfjs-core';

/**
 * Gradients by weight name, or any other direction in the space of the weights. A weight without an entry has no gradient: it counts as zero in sums
 * and norms, and an update leaves it unchanged. Immutable; methods return new tensors. Whoever creates or receives one disposes it.
 */
export class Gradients implements Disposable {
  /** Each has the shape of its weight. They belong to this object. */
  readonly byName: ReadonlyMap<string, tf.Tensor>;

  /** Takes ownership of the tensors. */
  constructor(byName: ReadonlyMap<string, tf.Tensor>) {
    this.byName = byName;
  }

  get names(): readonly string[] {
    return [...this.byName.keys()];
  }

  /** The gradient of a weight, still owned by this object; undefined where the weight has none. */
  get(name: string): tf.Tensor | undefined {
    return this.byName.get(name);
  }

  /** The l2 norm over all entries together, 0 without entries. Stays on the engine (nothing is read back); the caller disposes it. */
  norm(): tf.Scalar {
    return this.byName.size === 0 ? tf.scalar(0) : globalNorm([...this.byName.values()]);
  }

  /** The inner product, over the weights that both name; 0 where they share none. Stays on the engine; the caller disposes it. */
  dot(other: Gradients): tf.Scalar {
    const shared = this.names.filter((name) => other.byName.has(name));
    if (shared.length === 0) return tf.scalar(0);
    return dot(
      shared.map((name) => this.byName.get(name) as tf.Tensor),
      shared.map((name) => other.byName.get(name) as tf.Tensor),
    );
  }

  /** The linear combination Σ scale · gradients, over the union of the names. With scales that are scalars of the engine nothing is read back. */
  static combine(terms: readonly (readonly [scale: number | tf.Scalar, gradients: Gradients])[]): Gradients {
    const first = terms[0]?.[1];
    if (first && terms.every(([, g]) => sameNames(g, first))) {
      const names = first.names;
      const sums = combine(terms.map(([scale, g]) => ({ scale, tensors: names.map((name) => g.byName.get(name) as tf.Tensor) })));
      return new Gradients(new Map(names.map((name, i) => [name, sums[i] as tf.Tensor])));
    }
    const names = [...new Set(terms.flatMap(([, g]) => g.names))];
    return new Gradients(
      new Map(
        names.map((name) => {
          const present = terms.flatMap(([scale, g]) => {
            const tensor = g.byName.get(name);
            return tensor ? [{ scale, tensors: [tensor] }] : [];
          });
          return [name, combine(present)[0] as tf.Tensor];
        }),
      ),
    );
  }

  /** New gradients, made entry by entry. `make` runs in a tidy and must return a new tensor of the same shape. */
  map(make: (gradient: tf.Tensor, name: string) => tf.Tensor): Gradients {
    return new Gradients(new Map([...this.byName].map(([name, g]) => [name, tf.tidy(() => make(g, name))])));
  }

  /** Disposes the tensors. */
  [Symbol.dispose](): void {
    for (const tensor of this.byName.values()) tensor.dispose();
  }
}

function sameNames(a: Gradients, b: Gradients): boolean {
  if (a.byName.size !== b.byName.size) return false;
  for (const name of a.byName.keys()) if (!b.byName.has(name)) return false;
  return true;
}
