import * as tf from '@tensorflow/tfjs-core';
import type { DomainBatch } from '../data/domain-batch.ts';

/**
 * A batch of one view whose labels alternate 0, 1, 0, ...
 *
 * @param values All pixels, row by row; an image is [1, 1, channels].
 * @param domains Index of each image's domain.
 */
export function alternatingBatch(values: ArrayLike<number>, channels: number, domains: readonly number[]): DomainBatch {
  const images = tf.tensor4d(Float32Array.from(values), [domains.length, 1, 1, channels]);
  return {
    images,
    labels: Int32Array.from(domains, (_, row) => row % 2),
    domains: Int32Array.from(domains),
    views: 1,
    [Symbol.dispose]: () => images.dispose(),
  };
}
