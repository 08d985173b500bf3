import type { Pass, Random, Weights } from '@gradalign/core';
import type * as tf from '@tensorflow/tfjs-core';

/** The initial values of a layer's weights, by name. */
export interface LayerWeights {
  readonly parameters: Record<string, tf.Tensor>;
  readonly statistics: Record<string, tf.Tensor>;
}

/** Declares its weights once; from then on it is a pure function of them. */
export interface Layer<In extends tf.Tensor = tf.Tensor4D, Out extends tf.Tensor = tf.Tensor4D> {
  declare(into: LayerWeights, random: (weight: string) => Random): void;
  apply(x: In, weights: Weights, pass: Pass): Out;
}
