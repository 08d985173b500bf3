import * as tf from '@tensorflow/tfjs-core';

export type Shape4D = readonly [number, number, number, number];

/** Rows and columns around a map. */
export interface Margins {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

/** Number of windows in one direction. */
export function outputSize(length: number, window: number, stride: number, pad: number): number {
  return Math.floor((length + 2 * pad - window) / stride) + 1;
}

/** Padding of a map [batch, height, width, ...] for windows [height, width]; on the bottom and right no more than the last window reads. */
export function margins([, height, width]: Shape4D, [rows, columns]: readonly [number, number, ...unknown[]], stride: number, pad: number): Margins {
  const far = (length: number, window: number) => Math.max((outputSize(length, window, stride, pad) - 1) * stride + window - length - pad, 0);
  return { top: pad, left: pad, bottom: far(height, rows), right: far(width, columns) };
}

/** Surrounds each map of x, [batch, height, width, channels], with `value`. */
export function withMargins(x: tf.Tensor4D, { top, bottom, left, right }: Margins, value = 0): tf.Tensor4D {
  const paddings: [number, number][] = [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ];
  return tf.pad(x, paddings, value);
}
