import { depthwiseConv2d } from '@gradalign/engine';
import type * as tf from '@tensorflow/tfjs-core';
import { normalTensor } from './initial-values.ts';
import type { Layer } from './layer.ts';

export interface DepthwiseConvolutionOptions {
  readonly name: string;
  readonly channels: number;
  /** Side of the kernel, in pixels. */
  readonly size: number;
  readonly stride: number;
  /** Zeros on every side, in pixels, or TensorFlow's same padding. */
  readonly pad: number | 'same';
}

/** One kernel for each channel, without bias; `<name>/kernel` is [size, size, 1, channels], initialized Kaiming normal by its size², as in EfficientNet. */
export function depthwiseConvolution({ name, channels, size, stride, pad }: DepthwiseConvolutionOptions): Layer {
  const kernel = `${name}/kernel`;
  return {
    declare({ parameters }, random) {
      parameters[kernel] = normalTensor([size, size, 1, channels], Math.sqrt(2 / (size * size)), random(kernel));
    },
    apply: (x, weights) => depthwiseConv2d(x, weights.get(kernel) as unknown as tf.Tensor4D, stride, pad),
  };
}
