import * as tf from '@tensorflow/tfjs-core';
import { differentiableOp } from './differentiable-op.ts';
import { takesFusedRoute, takesOwnRoute } from './fused-kernels.ts';
import { type Margins, margins, outputSize, type Shape4D, withMargins } from './margins.ts';
import { matrixConv2d, prefersMatrix } from './matrix-conv2d.ts';
import { type Attribute, tensorflowOp } from './tensorflow-op.ts';
import { prefersWinograd, winogradConv2d } from './winograd-conv2d.ts';

/**
 * 2-D convolution with the same zero padding on all four sides, as PyTorch's `Conv2d(stride, padding)`. (TensorFlow's 'same' pads a strided convolution
 * of an even map on the bottom and right only.) Differentiable in both.
 * @param x [batch, height, width, in], float32.
 * @param kernel [kernel height, kernel width, in, out].
 * @param stride In both directions, from 1.
 * @param pad Zeros on each side, from 0.
 * @returns [batch, ⌊(height + 2 pad − kernel height) / stride⌋ + 1, likewise the width, out], the caller's to dispose.
 * @throws Error if the channels do not match or the kernel is larger than the padded map.
 */
export function conv2d(x: tf.Tensor4D, kernel: tf.Tensor4D, stride: number, pad: number): tf.Tensor4D {
  check(x, kernel, stride, pad);
  if (takesOwnRoute()) {
    if (prefersWinograd(x.shape, kernel.shape, stride, pad)) return winogradConv2d({ x, kernel }, { pad })[0] as tf.Tensor4D;
    if (prefersMatrix(kernel.shape, positions(x.shape, kernel.shape, stride, pad), stride))
      return matrixConv2d({ x, kernel }, { stride, pad })[0] as tf.Tensor4D;
  }
  if (takesFusedRoute()) return fused({ x, kernel }, { stride, pad })[0] as tf.Tensor4D;
  return tf.tidy(() => tf.conv2d(pad === 0 ? x : withMargins(x, margins(x.shape, kernel.shape, stride, pad)), kernel, stride, 'valid'));
}

interface Attributes {
  readonly stride: number;
  readonly pad: number;
}

/**
 * oneDNN convolves with explicit padding as fast as without, but has no gradients for it (TensorFlow's own take 1.5 to 10 times as long):
 * the gradients pad x and crop the result, unless the padding is that of 'SAME'.
 */
const fused = differentiableOp<'x' | 'kernel', Attributes>({
  name: 'gradalign/conv2d',
  save: { inputs: ['x', 'kernel'] },
  forward: ({ x, kernel }, { stride, pad }) => {
    const [map, window] = [x.shape as Shape4D, kernel.shape as Shape4D];
    const around = margins(map, window, stride, pad);
    const padding = paddingKind(map, window, stride, around);
    const { top, bottom, left, right } = around;
    const explicit: Record<string, Attribute> = padding === 'EXPLICIT' ? { explicit_paddings: ['int', [0, 0, top, bottom, left, right, 0, 0]] } : {};
    return tensorflowOp('Conv2D', { ...attributes(stride, padding), ...explicit }, [x, kernel], 1);
  },
  gradient: ([dy], saved, { stride, pad }) => {
    const [x, kernel] = saved as [tf.Tensor4D, tf.Tensor4D];
    const around = margins(x.shape, kernel.shape, stride, pad);
    const { top, bottom, left, right } = around;
    const padding = paddingKind(x.shape, kernel.shape, stride, around);
    const [n, height, width, channels] = x.shape;
    const cut = padding === 'EXPLICIT';
    const run = (name: string, inputs: tf.Tensor[]) => tensorflowOp(name, attributes(stride, cut ? 'VALID' : padding), inputs, 1)[0] as tf.Tensor4D;
    return {
      x: () => {
        const shape = cut ? [n, height + top + bottom, width + left + right, channels] : x.shape;
        const dx = run('Conv2DBackpropInput', [tf.tensor1d(shape, 'int32'), kernel, dy as tf.Tensor]);
        return cut ? tf.slice(dx, [0, top, left, 0], x.shape) : dx;
      },
      kernel: () => {
        const padded = cut ? withMargins(x, around) : x;
        return run('Conv2DBackpropFilter', [padded, tf.tensor1d(kernel.shape, 'int32'), dy as tf.Tensor]);
      },
    };
  },
});

function paddingKind([, height, width]: Shape4D, [kernelHeight, kernelWidth]: Shape4D, stride: number, around: Margins): 'VALID' | 'SAME' | 'EXPLICIT' {
  const { top, bottom, left, right } = around;
  if (top + bottom + left + right === 0) return 'VALID';
  const same = (size: number, kernel: number, before: number, after: number) => {
    const total = Math.max((Math.ceil(size / stride) - 1) * stride + kernel - size, 0);
    return before === Math.floor(total / 2) && after === total - before;
  };
  return same(height, kernelHeight, top, bottom) && same(width, kernelWidth, left, right) ? 'SAME' : 'EXPLICIT';
}

/** Number of positions that the kernel is applied at. */
function positions([batch, height, width]: Shape4D, [rows, columns]: Shape4D, stride: number, pad: number): number {
  return batch * outputSize(height, rows, stride, pad) * outputSize(width, columns, stride, pad);
}

function attributes(stride: number, padding: 'VALID' | 'SAME' | 'EXPLICIT'): Record<string, Attribute> {
  return {
    T: ['type', 'float32'],
    strides: ['int', [1, stride, stride, 1]],
    padding: ['string', padding],
    data_format: ['string', 'NHWC'],
    use_cudnn_on_gpu: ['bool', true],
    dilations: ['int', [1, 1, 1, 1]],
  };
}

/** TensorFlow would take a kernel with fewer input channels for a grouped convolution. */
function check(x: tf.Tensor4D, kernel: tf.Tensor4D, stride: number, pad: number): void {
  const fits = x.rank === 4 && kernel.rank === 4 && x.shape[3] === kernel.shape[2];
  if (!fits || outputSize(x.shape[1], kernel.shape[0], stride, pad) < 1 || outputSize(x.shape[2], kernel.shape[1], stride, pad) < 1) {
    throw new Error(
      `Cannot convolve [${x.shape}] with a kernel [${kernel.shape}] at stride ${stride}, pad ${pad}: expected [batch, height, width, in] and ` +
        '[height, width, in, out], the kernel no larger than the padded map',
    );
  }
}
