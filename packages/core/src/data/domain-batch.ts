import type * as tf from '@tensorflow/tfjs-core';
import type { Sample } from '../contracts/dataset.ts';

/** What one step trains on: samples of several domains, in several views each. */
export interface DomainBatch extends Disposable {
  /** [views * n, size, size, channels], normalized: all first views, then all second views. */
  readonly images: tf.Tensor4D;
  /** Label of each of the n samples. */
  readonly labels: Int32Array;
  /** Index of each sample's domain among all source domains of the run. */
  readonly domains: Int32Array;
  readonly views: number;
  readonly samples?: readonly Sample[];
}
