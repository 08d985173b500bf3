import type * as tf from '@tensorflow/tfjs-core';

/** Weights that a callback offers at the end of a run. Disposing them disposes their tensors. */
export interface OfferedWeights extends Disposable {
  /** By weight name, each with its weight's shape. A parameter or statistic that is absent keeps its value after the run's last step; weights of losses are left out. */
  readonly values: ReadonlyMap<string, tf.Tensor>;
  /**
   * Batch norm's running statistics: `given` among the values, or to be measured anew over training batches (`batches` of them; absent: one epoch),
   * which averaged parameters need where their statistics were not averaged along.
   */
  readonly statistics: 'given' | { readonly batches?: number };
  /** What they are, in words: `mean of the weights after steps 120 to 340`. */
  readonly about: string;
  /** The same in numbers, for `results.json`. */
  readonly facts: Readonly<Record<string, number>>;
  /** What the user should know before trusting them. */
  readonly warning?: string;
}
