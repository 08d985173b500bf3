import * as tf from '@tensorflow/tfjs-core';
import { differentiableOp } from './differentiable-op.ts';
import { takesFusedRoute, takesOwnRoute } from './fused-kernels.ts';
import { margins, withMargins } from './margins.ts';
import { type Attribute, tensorflowOp } from './tensorflow-op.ts';

/**
 * Largest value of each window, with the same padding on all four sides, as PyTorch's `MaxPool2d(size, stride, padding)`: padding is never the
 * maximum, whatever the signs. Differentiable; of equal values the first in the window takes the gradient.
 * @param x [batch, height, width, channels], float32.
 * @param size Height and width of a window, from 1.
 * @param stride In both directions, from 1.
 * @param pad On each side, at most half the size, so that no window lies outside the map.
 * @returns [batch, ⌊(height + 2 pad − size) / stride⌋ + 1, likewise the width, channels], the caller's to dispose.
 * @throws Error if the window does not fit.
 */
export function maxPool(x: tf.Tensor4D, size: number, stride: number, pad: number): tf.Tensor4D {
  if (x.rank !== 4 || pad > size / 2 || Math.min(x.shape[1], x.shape[2]) + 2 * pad < size)
    throw new Error(
      `Cannot pool [${x.shape}] by ${size} with pad ${pad}: expected [batch, height, width, channels], pad at most half the size, windows that fit`,
    );
  if (takesFusedRoute()) return fused(x, { size, stride, pad });
  const padded = () => (pad === 0 ? x : withMargins(x, margins(x.shape, [size, size], stride, pad), Number.NEGATIVE_INFINITY));
  return tf.tidy(() => tf.maxPool(padded(), size, stride, 'valid'));
}

interface Window {
  readonly size: number;
  readonly stride: number;
  readonly pad: number;
}

function fused(x: tf.Tensor4D, window: Window): tf.Tensor4D {
  // The places of the maxima are only needed for a gradient.
  const remembers = takesOwnRoute() && window.size < 16 && tf.engine().state.gradientDepth > 0;
  const [y, places] = (remembers ? ownPool : tensorflowPool)({ x }, window);
  places?.dispose();
  return y as tf.Tensor4D;
}

/**
 * Stores the place of each window's maximum in a byte, so that its gradient is one pass: 2 ms where TensorFlow's MaxPoolGrad, which searches for the
 * maxima again, takes 21 (24 maps of 64 x 64 x 64, two cores).
 */
const ownPool = differentiableOp<'x', Window>({
  name: 'gradalign/maxPool/own',
  save: { inputs: ['x'], outputs: [false, true] },
  forward: ({ x }, window) => tensorflowOp('GradalignMaxPool', ownAttributes(window), [x], 2),
  gradient: ([dy], [x, places], window) => ({
    x: () => {
      const [, height, width] = (x as tf.Tensor4D).shape;
      const attributes = { ...ownAttributes(window), height: ['int', height], width: ['int', width] } as const;
      return tensorflowOp('GradalignMaxPoolGrad', attributes, [dy as tf.Tensor, places as tf.Tensor], 1)[0] as tf.Tensor;
    },
  }),
});

const tensorflowPool = differentiableOp<'x', Window>({
  name: 'gradalign/maxPool',
  save: { inputs: ['x'], outputs: [true] },
  forward: ({ x }, window) => tensorflowOp('MaxPool', tensorflowAttributes(window), [x], 1),
  gradient: ([dy], [x, y], window) => ({
    x: () => tensorflowOp('MaxPoolGrad', tensorflowAttributes(window), [x as tf.Tensor, y as tf.Tensor, dy as tf.Tensor], 1)[0] as tf.Tensor,
  }),
});

function tensorflowAttributes({ size, stride, pad }: Window): Record<string, Attribute> {
  const padding: Record<string, Attribute> =
    pad === 0 ? { padding: ['string', 'VALID'] } : { padding: ['string', 'EXPLICIT'], explicit_paddings: ['int', [0, 0, pad, pad, pad, pad, 0, 0]] };
  return { T: ['type', 'float32'], ksize: ['int', [1, size, size, 1]], strides: ['int', [1, stride, stride, 1]], data_format: ['string', 'NHWC'], ...padding };
}

function ownAttributes({ size, stride, pad }: Window): Record<string, Attribute> {
  return { size: ['int', size], stride: ['int', stride], pad: ['int', pad] };
}
