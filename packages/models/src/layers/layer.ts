import type { Pass, Random, Weights } from '@gradalign/core';
import type * as tf from '@tensorflow/tfjs-core';

/** Tensors that a layer begins with, under the names of its weights. */
export interface LayerWeights {
  readonly parameters: Record<string, tf.Tensor>;
  readonly statistics: Record<string, tf.Tensor>;
}

/** Declares its weights once, and is afterwards a pure function of them. */
export interface Layer<In extends tf.Tensor = tf.Tensor4D, Out extends tf.Tensor = tf.Tensor4D> {
  declare(into: LayerWeights, random: (weight: string) => Random): void;
  apply(x: In, weights: Weights, pass: Pass): Out;
}
