import type * as tf from '@tensorflow/tfjs-core';

/** Weights that a callback hands over at the end of a run; disposing them disposes their tensors. */
export interface OfferedWeights extends Disposable {
  /** By weight name. A parameter or statistic that is absent stays as the run's last step left it. */
  readonly values: ReadonlyMap<string, tf.Tensor>;
  /**
   * Batch norm's running statistics: `given` among the values, or measured anew over training batches (`batches` of them; absent: as many as an
   * epoch has), as an average of parameters needs where its statistics were not averaged along.
   */
  readonly statistics: 'given' | { readonly batches?: number };
  /** What they are, for people: `mean of the weights after steps 120 to 340`. */
  readonly about: string;
  /** The same as numbers, for `results.json`. */
  readonly facts: Readonly<Record<string, number>>;
  /** What the user should know before trusting them. */
  readonly warning?: string;
}
