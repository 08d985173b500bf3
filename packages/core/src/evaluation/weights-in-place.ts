import type * as tf from '@tensorflow/tfjs-core';
import type { Weights } from '../contracts/weights.ts';

/**
 * Runs `body` with other values in place of the model's, which may go on changing them (statistics that are measured). Afterwards, and after a
 * throw inside, every parameter and statistic holds the same tensor as before. The tensors stay the caller's.
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
