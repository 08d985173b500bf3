import * as tf from '@tensorflow/tfjs-core';
import { heapView, type KernelArguments } from './wasm-backend.ts';

interface Attributes {
  readonly filterSize: [number, number] | number;
  readonly strides: [number, number] | number;
  readonly pad: 'valid' | 'same' | number | tf.backend_util.ExplicitPadding;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

/** Gradient of max pooling: each window hands its cotangent to its largest value, of equal ones to the first. */
export function maxPoolGrad({ inputs: { dy, input }, attrs, backend }: KernelArguments<'dy' | 'input' | 'output', Attributes>): tf.TensorInfo {
  const { filterSize, strides, pad, dimRoundingMode } = attrs;
  const info = tf.backend_util.computePool2DInfo(input.shape as [number, number, number, number], filterSize, strides, 1, pad, dimRoundingMode);
  const { batchSize, inHeight, inWidth, inChannels: channels, outHeight, outWidth, padInfo } = info;
  const dx = backend.makeOutput(input.shape, 'float32');
  const [values, slope, result] = [heapView(backend, input), heapView(backend, dy), heapView(backend, dx).fill(0)];
  let window = 0;
  for (let n = 0; n < batchSize; n++)
    for (let y = 0; y < outHeight; y++) {
      const top = y * info.strideHeight - padInfo.top;
      const [firstRow, endRow] = [Math.max(top, 0), Math.min(top + info.effectiveFilterHeight, inHeight)];
      for (let x = 0; x < outWidth; x++) {
        const left = x * info.strideWidth - padInfo.left;
        const [firstColumn, endColumn] = [Math.max(left, 0), Math.min(left + info.effectiveFilterWidth, inWidth)];
        for (let c = 0; c < channels; c++) {
          let winner = ((n * inHeight + firstRow) * inWidth + firstColumn) * channels + c;
          let best = values[winner] as number;
          for (let row = firstRow; row < endRow; row++) {
            let at = ((n * inHeight + row) * inWidth + firstColumn) * channels + c;
            for (let column = firstColumn; column < endColumn; column++, at += channels) {
              if ((values[at] as number) > best) {
                best = values[at] as number;
                winner = at;
              }
            }
          }
          result[winner] = (result[winner] as number) + (slope[window++] as number);
        }
      }
    }
  return dx;
}
