import type * as tf from '@tensorflow/tfjs-core';
import { differentiableOp } from './differentiable-op.ts';
import { tensorflowOp } from './tensorflow-op.ts';

export interface ConvolutionSize {
  readonly stride: number;
  readonly pad: number;
}

/**
 * Convolution as one matrix product, by our own kernel (`native/windows_simd.h`): windows of x as rows, [batch · rows · columns, kernel height ·
 * kernel width · in], times the kernel as a matrix. Both gradients are products too. oneDNN's convolutions reorder the kernel in each call, and
 * need the map of a strided gradient padded and its result cropped.
 */
export const matrixConv2d = differentiableOp<'x' | 'kernel', ConvolutionSize>({
  name: 'gradalign/conv2d/matrix',
  save: { inputs: ['x', 'kernel'] },
  forward: ({ x, kernel }, size) => tensorflowOp('GradalignWindows', attributes(size), [x, kernel], 1),
  gradient: ([dy], saved, size) => {
    const [x, kernel] = saved as [tf.Tensor4D, tf.Tensor4D];
    const [, height, width] = x.shape;
    const [rows, columns] = kernel.shape;
    const one = (name: string, extent: object, inputs: readonly tf.Tensor[]) =>
      tensorflowOp(name, { ...attributes(size), ...extent }, inputs, 1)[0] as tf.Tensor;
    return {
      x: () => one('GradalignWindowsGradientOfX', { height: ['int', height], width: ['int', width] }, [dy as tf.Tensor, kernel]),
      kernel: () => one('GradalignWindowsGradientOfW', { rows: ['int', rows], columns: ['int', columns] }, [x, dy as tf.Tensor]),
    };
  },
});

/**
 * Whether to use `matrixConv2d`: channels in multiples of 16, and a kernel with many values for each position that it is applied at. The limits are
 * the same on every machine, so that results are reproducible; they were measured on ResNet-18's layers with 8 and 24 maps (benchmarks/README.md).
 */
export function prefersMatrix(kernel: readonly [number, number, number, number], positions: number, stride: number): boolean {
  const [rows, columns, channels, out] = kernel;
  return channels % 16 === 0 && out % 16 === 0 && rows * columns * channels * out >= (stride === 1 ? 1000 : 32) * positions;
}

function attributes({ stride, pad }: ConvolutionSize) {
  return { stride: ['int', stride], pad: ['int', pad] } as const;
}
