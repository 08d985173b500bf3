import { conv2d } from '@gradalign/engine';
import type * as tf from '@tensorflow/tfjs-core';
import { normalTensor } from './initial-values.ts';
import type { Layer } from './layer.ts';

export interface ConvolutionOptions {
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
  /** Side of the kernel, in pixels. */
  readonly size: number;
  readonly stride?: number;
  /** Zeros on every side, in pixels. */
  readonly pad?: number;
}

/** Convolution without bias; `<name>/kernel` is [size, size, inputs, outputs], initialized Kaiming normal (fan out), as in torchvision's ResNet. */
export function convolution({ name, inputs, outputs, size, stride = 1, pad = 0 }: ConvolutionOptions): Layer {
  const kernel = `${name}/kernel`;
  return {
    declare({ parameters }, random) {
      parameters[kernel] = normalTensor([size, size, inputs, outputs], Math.sqrt(2 / (outputs * size * size)), random(kernel));
    },
    apply: (x, weights) => conv2d(x, weights.get(kernel) as unknown as tf.Tensor4D, stride, pad),
  };
}
