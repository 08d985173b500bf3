import type * as tf from '@tensorflow/tfjs-core';
import { heapView, type KernelArguments } from './wasm-backend.ts';
import { type PoolAttributes, poolInfo } from './window-attributes.ts';

/** Gradient of max pooling: each window passes its cotangent to its largest value, or to the first of equal ones. */
export function maxPoolGrad({ inputs: { dy, input }, attrs, backend }: KernelArguments<'dy' | 'input' | 'output', PoolAttributes>): tf.TensorInfo {
  const info = poolInfo(input.shape, attrs);
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
