import * as tf from '@tensorflow/tfjs-core';

export type Shape4D = [number, number, number, number];

/** How tfjs describes sliding windows to a kernel. */
interface WindowAttributes {
  readonly strides: [number, number] | number;
  readonly pad: 'valid' | 'same' | number | tf.backend_util.ExplicitPadding;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

export interface PoolAttributes extends WindowAttributes {
  readonly filterSize: [number, number] | number;
}

export interface ConvolutionAttributes extends WindowAttributes {
  readonly dataFormat: 'NHWC' | 'NCHW';
}

export interface DepthwiseAttributes extends WindowAttributes {
  readonly dilations: [number, number] | number;
}

/** Sizes and padding of a pooling of maps of the shape [batch, height, width, channels]. */
export function poolInfo(shape: readonly number[], { filterSize, strides, pad, dimRoundingMode }: PoolAttributes): tf.backend_util.Conv2DInfo {
  return tf.backend_util.computePool2DInfo(shape as Shape4D, filterSize, strides, 1, pad, dimRoundingMode);
}

/** Sizes and padding of a convolution of maps [batch, height, width, in] with a filter [height, width, in, out]. @throws Error for NCHW. */
export function convolutionInfo(
  shape: readonly number[],
  filterShape: readonly number[],
  { strides, pad, dataFormat, dimRoundingMode }: ConvolutionAttributes,
): tf.backend_util.Conv2DInfo {
  if (dataFormat === 'NCHW') throw new Error('Cannot convolve NCHW on the wasm backend: expected NHWC');
  return tf.backend_util.computeConv2DInfo(shape as Shape4D, filterShape as Shape4D, strides, 1, pad, dimRoundingMode);
}
