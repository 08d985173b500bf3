import * as tf from '@tensorflow/tfjs-core';
import { differentiableOp } from './differentiable-op.ts';
import { type Attribute, tensorflowOp } from './tensorflow-op.ts';

export interface ConvolutionSize {
  readonly stride: number;
  readonly pad: number;
}

/**
 * The convolution as one matrix product: windows of x as rows, [batch · rows · columns, kernel height · kernel width · in], times the kernel as a
 * matrix. Both gradients are products too. oneDNN's convolutions bring the kernel into an order of their own first, in each call: where the kernel
 * is large and the map small, that and the poor use of a few positions cost more than unfolding.
 */
export const matrixConv2d = differentiableOp<'x' | 'kernel', ConvolutionSize>({
  name: 'gradalign/conv2d/matrix',
  save: { inputs: ['x', 'kernel'] },
  forward: ({ x, kernel }, size) => {
    const [batch, height, width] = x.shape as Shape4D;
    const [rows, columns, , out] = kernel.shape as Shape4D;
    const count = (length: number, window: number) => Math.floor((length + 2 * size.pad - window) / size.stride) + 1;
    return tf.reshape(product(unfold(x, kernel.shape, size), asMatrix(kernel)), [batch, count(height, rows), count(width, columns), out]);
  },
  gradient: ([given], saved, size) => {
    const [x, kernel] = saved as [tf.Tensor4D, tf.Tensor4D];
    const dy = asMatrix(given as tf.Tensor);
    const [batch, height, width] = x.shape;
    return {
      x: () => {
        const attributes = { ...windowAttributes(kernel.shape, size), batch: ['int', batch], height: ['int', height], width: ['int', width] } as const;
        return tensorflowOp('GradalignFold', attributes, [product(dy, asMatrix(kernel), { transposeB: true })], 1)[0] as tf.Tensor;
      },
      kernel: () => tf.reshape(product(unfold(x, kernel.shape, size), dy, { transposeA: true }), kernel.shape),
    };
  },
});

type Shape4D = [number, number, number, number];

/**
 * Whether `matrixConv2d` is the faster way, by the number of the kernel's values for each position that it is applied to. The limits are the same on
 * every machine, so that numbers repeat; they were measured on ResNet-18's layers for 8 and 24 maps (benchmarks/README.md). With a stride they are
 * low: oneDNN's gradients want the map padded and the result cut then.
 */
export function prefersMatrix(kernel: readonly number[], positions: number, stride: number): boolean {
  return kernel.reduce((product, length) => product * length, 1) >= (stride === 1 ? 1000 : 32) * positions;
}

function unfold(x: tf.Tensor, kernel: readonly number[], size: ConvolutionSize): tf.Tensor {
  return tensorflowOp('GradalignUnfold', windowAttributes(kernel, size), [x], 1)[0] as tf.Tensor;
}

function windowAttributes([rows = 1, columns = 1]: readonly number[], { stride, pad }: ConvolutionSize): Record<string, Attribute> {
  return { rows: ['int', rows], columns: ['int', columns], stride: ['int', stride], pad: ['int', pad] };
}

function asMatrix(x: tf.Tensor): tf.Tensor {
  const columns = x.shape.at(-1) as number;
  return tf.reshape(x, [x.size / columns, columns]);
}

/** Not by 'MatMul': TensorFlow 2.21 then corrupts the heap (seen under `node --cpu-prof`, with no other operation running). */
function product(a: tf.Tensor, b: tf.Tensor, { transposeA = false, transposeB = false } = {}): tf.Tensor {
  return tensorflowOp('BatchMatMulV2', { T: ['type', 'float32'], adj_x: ['bool', transposeA], adj_y: ['bool', transposeB] }, [a, b], 1)[0] as tf.Tensor;
}
