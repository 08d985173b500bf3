import * as tf from '@tensorflow/tfjs-core';
import type { Weights } from './weights.ts';

/** One batch norm's measurement of one forward pass. */
export interface BatchStatistics {
  readonly names: { readonly mean: string; readonly variance: string };
  /** [channels]. */
  readonly mean: tf.Tensor;
  /** [channels], unbiased (divided by count - 1). */
  readonly variance: tf.Tensor;
}

/**
 * running = (1 - momentum) running + momentum · batch, once for each batch norm. Where a layer was measured several times (one forward a domain),
 * `batch` is the mean of the measurements.
 */
export function moveRunningStatistics(weights: Weights, measured: readonly BatchStatistics[], momentum: number): void {
  tf.tidy(() => {
    for (const [name, values] of byName(measured)) {
      const running = weights.get(name);
      const batch = values.length === 1 ? (values[0] as tf.Tensor) : tf.div(tf.addN([...values]), values.length);
      running.assign(tf.add(tf.mul(running, 1 - momentum), tf.mul(batch, momentum)));
    }
  });
}

function byName(measured: readonly BatchStatistics[]): Map<string, tf.Tensor[]> {
  const out = new Map<string, tf.Tensor[]>();
  const add = (name: string, value: tf.Tensor) => {
    const values = out.get(name);
    if (values) values.push(value);
    else out.set(name, [value]);
  };
  for (const { names, mean, variance } of measured) {
    add(names.mean, mean);
    add(names.variance, variance);
  }
  return out;
}
