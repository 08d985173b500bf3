import { combine, dot, globalNorm } from '@gradalign/engine';
import * as tf from '@tensorflow/tfjs-core';

/**
 * Named gradients (or any direction in the space of the weights). A weight without an entry has no gradient: it counts as zero in sums and norms,
 * and stays where it is in an update. Whoever holds one disposes it; no method changes it or takes it over.
 */
export class Gradients implements Disposable {
  readonly byName: ReadonlyMap<string, tf.Tensor>;

  /** Takes the tensors over. */
  constructor(byName: ReadonlyMap<string, tf.Tensor>) {
    this.byName = byName;
  }

  get names(): readonly string[] {
    return [...this.byName.keys()];
  }

  get(name: string): tf.Tensor | undefined {
    return this.byName.get(name);
  }

  /** One l2 norm over all entries together, as a scalar of the engine's (nothing is read back); 0 for none. */
  norm(): tf.Scalar {
    return this.byName.size === 0 ? tf.scalar(0) : globalNorm([...this.byName.values()]);
  }

  /** Sum over all weights that both name. */
  dot(other: Gradients): tf.Scalar {
    const shared = this.names.filter((name) => other.byName.has(name));
    if (shared.length === 0) return tf.scalar(0);
    return dot(
      shared.map((name) => this.byName.get(name) as tf.Tensor),
      shared.map((name) => other.byName.get(name) as tf.Tensor),
    );
  }

  /** The linear combination Σ scale · gradients, over the union of the names. Scalars of the engine's keep the whole sum there. */
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

  /** A new set made entry by entry. */
  map(make: (gradient: tf.Tensor, name: string) => tf.Tensor): Gradients {
    return new Gradients(new Map([...this.byName].map(([name, g]) => [name, tf.tidy(() => make(g, name))])));
  }

  [Symbol.dispose](): void {
    for (const tensor of this.byName.values()) tensor.dispose();
  }
}

function sameNames(a: Gradients, b: Gradients): boolean {
  if (a.byName.size !== b.byName.size) return false;
  for (const name of a.byName.keys()) if (!b.byName.has(name)) return false;
  return true;
}
