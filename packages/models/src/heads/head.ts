import type * as tf from '@tensorflow/tfjs-core';
import type { Layer } from '../layers/layer.ts';

/** From features [n, d] to logits [n, logits]. */
export type Head = Layer<tf.Tensor2D, tf.Tensor2D>;
