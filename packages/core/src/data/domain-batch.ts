import type * as tf from '@tensorflow/tfjs-core';
import type { Sample } from '../contracts/dataset.ts';

/** What one step trains on: n samples of several domains, each in several views. Who creates it disposes it. */
export interface DomainBatch extends Disposable {
  /** [views * n, size, size, channels], normalized: all first views, then all second views. */
  readonly images: tf.Tensor4D;
  /** Label of each of the n samples. */
  readonly labels: Int32Array;
  /** Index of each sample's domain among all source domains of the run. */
  readonly domains: Int32Array;
  /** Augmented views of each sample; at least 1. */
  readonly views: number;
  /** The n samples, where they are known. */
  readonly samples?: readonly Sample[];
}
