import type * as tf from '@tensorflow/tfjs-core';
import { differentiableOp } from './differentiable-op.ts';
import { tensorflowOp } from './tensorflow-op.ts';

/**
 * 3 x 3 convolution at stride 1 by Winograd's minimal filtering F(4 x 4, 3 x 3) (Lavin and Gray 2016, arXiv 1509.09308), with its two gradients, by
 * our own kernels (`native/winograd_simd.h`): a quarter of the multiplications of a direct sum. Its rounding errors are about five times those of
 * a direct sum in float32 (2e-6 of the largest value at 256 channels).
 */
export const winogradConv2d = differentiableOp<'x' | 'kernel', { readonly pad: number }>({
  name: 'gradalign/conv2d/winograd',
  save: { inputs: ['x', 'kernel'] },
  forward: ({ x, kernel }, { pad }) => convolve(x, kernel, pad, false),
  gradient: ([dy], [x, kernel], { pad }) => ({
    x: () => convolve(dy as tf.Tensor, kernel as tf.Tensor, 2 - pad, true),
    kernel: () => tensorflowOp('GradalignWinogradFilterGradient', { pad: ['int', pad] }, [x, dy] as tf.Tensor[], 1)[0] as tf.Tensor,
  }),
});

/**
 * Whether to use `winogradConv2d`: channels in multiples of 16, and at least a quarter of the tiles' results inside the map. The same on every machine,
 * so that results are reproducible.
 */
export function prefersWinograd(
  [, height, width, channels]: readonly [number, number, number, number],
  [rows, columns, , out]: readonly [number, number, number, number],
  stride: number,
  pad: number,
): boolean {
  if (rows !== 3 || columns !== 3 || stride !== 1 || pad > 2 || channels % 16 !== 0 || out % 16 !== 0) return false;
  const [down, across] = [height + 2 * pad - 2, width + 2 * pad - 2];
  return down * across >= 4 * Math.ceil(down / 4) * Math.ceil(across / 4);
}

function convolve(x: tf.Tensor, kernel: tf.Tensor, pad: number, turned: boolean): tf.Tensor {
  return tensorflowOp('GradalignWinograd', { pad: ['int', pad], turned: ['bool', turned] }, [x, kernel], 1)[0] as tf.Tensor;
}
