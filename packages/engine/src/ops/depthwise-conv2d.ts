import * as tf from '@tensorflow/tfjs-core';
import { differentiableOp } from './differentiable-op.ts';
import { takesFusedRoute } from './fused-kernels.ts';
import { margins, outputSize, type Shape4D, withMargins } from './margins.ts';
import { type Attribute, tensorflowOp } from './tensorflow-op.ts';

/**
 * 2-D convolution of each channel with a kernel of its own, as PyTorch's `Conv2d(groups=channels)`. Differentiable in both.
 * @param x [batch, height, width, channels], float32.
 * @param kernel [kernel height, kernel width, 1, channels].
 * @param stride In both directions, from 1.
 * @param pad Zeros on each side, from 0; or `same`, TensorFlow's padding: ⌈size / stride⌉ positions, where the zeros are odd in number the extra one on
 * the bottom and right.
 * @returns [batch, rows, columns, channels], the caller's to dispose.
 * @throws Error if the channels do not match or the kernel is larger than the padded map.
 */
export function depthwiseConv2d(x: tf.Tensor4D, kernel: tf.Tensor4D, stride: number, pad: number | 'same'): tf.Tensor4D {
  check(x, kernel, stride, pad);
  if (takesFusedRoute()) return fused({ x, kernel }, { stride, pad })[0] as tf.Tensor4D;
  return tf.tidy(() => {
    const padded = pad === 'same' || pad === 0 ? x : withMargins(x, margins(x.shape, kernel.shape, stride, pad));
    return tf.depthwiseConv2d(padded, byInput(kernel), stride, pad === 'same' ? 'same' : 'valid');
  });
}

interface Attributes {
  readonly stride: number;
  readonly pad: number | 'same';
}

/** The gradients are computed only where they are asked for; tfjs's own compute a padded map's too. */
const fused = differentiableOp<'x' | 'kernel', Attributes>({
  name: 'gradalign/depthwiseConv2d',
  save: { inputs: ['x', 'kernel'] },
  forward: ({ x, kernel }, size) =>
    tensorflowOp('DepthwiseConv2dNative', attributes(x.shape as Shape4D, kernel.shape as Shape4D, size), [x, byInput(kernel as tf.Tensor4D)], 1),
  gradient: ([dy], saved, size) => {
    const [x, kernel] = saved as [tf.Tensor4D, tf.Tensor4D];
    const run = (of: 'Input' | 'Filter', inputs: tf.Tensor[]) =>
      tensorflowOp(`DepthwiseConv2dNativeBackprop${of}`, attributes(x.shape, kernel.shape, size), inputs, 1)[0] as tf.Tensor4D;
    return {
      x: () => run('Input', [tf.tensor1d(x.shape, 'int32'), byInput(kernel), dy as tf.Tensor]),
      kernel: () => tf.reshape(run('Filter', [x, tf.tensor1d(byInput(kernel).shape, 'int32'), dy as tf.Tensor]), kernel.shape),
    };
  },
});

/** TensorFlow's layout, [height, width, channels, 1]: the same values in the same order. */
function byInput(kernel: tf.Tensor4D): tf.Tensor4D {
  const [rows, columns, , channels] = kernel.shape;
  return tf.reshape(kernel, [rows, columns, channels, 1]);
}

function attributes(x: Shape4D, kernel: Shape4D, { stride, pad }: Attributes): Record<string, Attribute> {
  const common = {
    T: ['type', 'float32'],
    strides: ['int', [1, stride, stride, 1]],
    data_format: ['string', 'NHWC'],
    dilations: ['int', [1, 1, 1, 1]],
  } as const;
  if (pad === 'same') return { ...common, padding: ['string', 'SAME'] };
  if (pad === 0) return { ...common, padding: ['string', 'VALID'] };
  const { top, bottom, left, right } = margins(x, kernel, stride, pad);
  return { ...common, padding: ['string', 'EXPLICIT'], explicit_paddings: ['int', [0, 0, top, bottom, left, right, 0, 0]] };
}

function check(x: tf.Tensor4D, kernel: tf.Tensor4D, stride: number, pad: number | 'same'): void {
  const fits = x.rank === 4 && kernel.rank === 4 && kernel.shape[2] === 1 && x.shape[3] === kernel.shape[3];
  const positions = (length: number | undefined, window: number | undefined) =>
    pad === 'same' ? Math.ceil((length as number) / stride) : outputSize(length as number, window as number, stride, pad);
  if (!fits || positions(x.shape[1], kernel.shape[0]) < 1 || positions(x.shape[2], kernel.shape[1]) < 1) {
    throw new Error(
      `Cannot convolve [${x.shape}] by channel with a kernel [${kernel.shape}] at stride ${stride}, pad ${pad}: expected [batch, height, width, channels] ` +
        'and [height, width, 1, channels], the kernel no larger than the padded map',
    );
  }
}
