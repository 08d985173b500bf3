import { combine } from '@gradalign/engine';
import * as tf from '@tensorflow/tfjs-core';
import type { Weights } from '../contracts/weights.ts';

/** What one batch norm layer measured in one forward pass. */
export interface BatchStatistics {
  /** Names of the layer's running mean and variance among the model's weights. */
  readonly names: { readonly mean: string; readonly variance: string };
  /** [channels]. */
  readonly mean: tf.Tensor;
  /** [channels], unbiased (divided by count - 1). */
  readonly variance: tf.Tensor;
}

/** Keeps a measurement beyond the tidy of its pass; the caller disposes it. */
export function keepMeasured(names: BatchStatistics['names'], mean: tf.Tensor, variance: tf.Tensor): BatchStatistics {
  return { names, mean: tf.keep(mean.clone()), variance: tf.keep(variance.clone()) };
}

/** What batch norm measured in several passes. */
export class Measurements implements Disposable {
  readonly all: BatchStatistics[] = [];

  readonly take = (names: BatchStatistics['names'], mean: tf.Tensor, variance: tf.Tensor): void => {
    this.all.push(keepMeasured(names, mean, variance));
  };

  [Symbol.dispose](): void {
    for (const { mean, variance } of this.all) tf.dispose([mean, variance]);
  }
}

/**
 * running = (1 - momentum) running + momentum · batch, once per batch norm. If a layer was measured several times (one forward per domain or part), `batch` is
 * the mean of the measurements. The measurements stay the caller's.
 */
export function moveRunningStatistics(weights: Weights, measured: readonly BatchStatistics[], momentum: number): void {
  const batches = [...byName(measured)];
  const most = Math.max(0, ...batches.map(([, values]) => values.length));
  for (let times = 1; times <= most; times++) {
    const names = batches.filter(([, values]) => values.length === times);
    const running = names.map(([name]) => weights.get(name));
    const shares = Array.from({ length: times }, (_, i) => ({ scale: momentum / times, tensors: names.map(([, values]) => values[i] as tf.Tensor) }));
    const moved = combine([{ scale: 1 - momentum, tensors: running }, ...shares]);
    for (const [i, variable] of running.entries()) variable.assign(moved[i] as tf.Tensor);
    tf.dispose(moved);
  }
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
