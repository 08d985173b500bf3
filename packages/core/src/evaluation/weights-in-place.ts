import type * as tf from '@tensorflow/tfjs-core';
import type { Weights } from '../contracts/weights.ts';

/**
 * Runs `body` with other values in place of the model's; `body` may change them further (recompute statistics). Afterwards, even after a throw inside,
 * every parameter and statistic holds the same values as before, bit for bit. The tensors stay the caller's.
 */
export async function withWeightsInPlace<T>(weights: Weights, values: ReadonlyMap<string, tf.Tensor>, body: () => Promise<T>): Promise<T> {
  const kept = [...weights.parameters, ...weights.statistics].map(([name, variable]) => ({ name, at: variable.clone() }));
  try {
    for (const [name, value] of values) weights.assign(name, value);
    return await body();
  } finally {
    for (const { name, at } of kept) {
      weights.assign(name, at);
      at.dispose();
    }
  }
}
