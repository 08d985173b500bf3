import { conv2d } from '@gradalign/engine';
import * as tf from '@tensorflow/tfjs-core';
import { normalTensor } from './initial-values.ts';
import type { Layer } from './layer.ts';

export interface ConvolutionOptions {
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
  /** Side of the kernel, in pixels. */
  readonly size: number;
  readonly stride?: number;
  /** Zeros on every side, in pixels; or TensorFlow's same padding, which puts an odd row or column of zeros on the bottom and right. */
  readonly pad?: number | 'same';
}

/** Convolution without bias; `<name>/kernel` is [size, size, inputs, outputs], initialized Kaiming normal (fan out), as in torchvision's ResNet. */
export function convolution({ name, inputs, outputs, size, stride = 1, pad = 0 }: ConvolutionOptions): Layer {
  const kernel = `${name}/kernel`;
  return {
    declare({ parameters }, random) {
      parameters[kernel] = normalTensor([size, size, inputs, outputs], Math.sqrt(2 / (outputs * size * size)), random(kernel));
    },
    apply(x, weights) {
      const window = weights.get(kernel) as unknown as tf.Tensor4D;
      return pad === 'same' ? conv2d(withSamePadding(x, size, stride), window, stride, 0) : conv2d(x, window, stride, pad);
    },
  };
}

function withSamePadding(x: tf.Tensor4D, size: number, stride: number): tf.Tensor4D {
  const around = (length: number): [number, number] => {
    const zeros = Math.max((Math.ceil(length / stride) - 1) * stride + size - length, 0);
    return [Math.floor(zeros / 2), Math.ceil(zeros / 2)];
  };
  return tf.pad(x, [[0, 0], around(x.shape[1]), around(x.shape[2]), [0, 0]]);
}
