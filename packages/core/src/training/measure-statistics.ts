import * as tf from '@tensorflow/tfjs-core';
import type { Model } from '../contracts/model.ts';
import { type Reporter, silentReporter } from '../contracts/reporter.ts';
import type { DomainBatches } from '../data/domain-batches.ts';
import { WeightAverage } from './weight-average.ts';

export interface MeasureStatisticsOptions {
  readonly model: Model;
  readonly batches: DomainBatches;
  /** First epoch to draw batches from: one that no step trains on, so that the numbers depend on the seed alone. */
  readonly epoch: number;
  /** Number of batches; default: one epoch. */
  readonly count?: number;
  /** Name of the weights, shown in the progress. */
  readonly of: string;
  readonly reporter?: Reporter;
  readonly signal?: AbortSignal;
}

/**
 * Recomputes batch norm's running statistics at the model's current weights: the mean over training batches (augmented, as in training) of each batch's
 * mean and unbiased variance, as SWA does after averaging (Izmailov et al., UAI 2018, section 3.2; PyTorch's `update_bn`). Returns at once for a model
 * without running statistics.
 */
export async function measureStatistics({
  model,
  batches,
  epoch,
  count = batches.stepsPerEpoch,
  of,
  reporter = silentReporter,
  signal,
}: MeasureStatisticsOptions): Promise<void> {
  if (model.weights.statistics.size === 0) return;
  using average = new WeightAverage();
  for (let done = 0; done < count; ) {
    for await (const { images, shape } of batches.epoch(epoch + Math.floor(done / batches.stepsPerEpoch))) {
      signal?.throwIfAborted();
      const measured = new Map<string, tf.Tensor>();
      tf.tidy(() => {
        model.apply(tf.tensor4d(images, [...shape]), {
          training: true,
          statistics(names, mean, variance) {
            measured.set(names.mean, tf.keep(mean.clone()));
            measured.set(names.variance, tf.keep(variance.clone()));
          },
        });
      });
      average.add(measured);
      tf.dispose([...measured.values()]);
      reporter.progress({ phase: `statistics of ${of}`, done: ++done, total: count, unit: 'batches' });
      if (done === count) break;
    }
  }
  for (const [name, value] of average.values) model.weights.assign(name, value);
}
