import type * as tf from '@tensorflow/tfjs-core';
import { heapView, type KernelArguments } from './wasm-backend.ts';
import { type PoolAttributes, poolInfo } from './window-attributes.ts';

/**
 * Gradient of average pooling: each window distributes its cotangent equally over its values inside the map. (The backend's own kernel divides by the
 * whole window, where the pooling divides by the number of values inside.)
 */
export function avgPoolGrad({ inputs: { dy, input }, attrs, backend }: KernelArguments<'dy' | 'input', PoolAttributes>): tf.TensorInfo {
  const info = poolInfo(input.shape, attrs);
  const { batchSize, inHeight, inWidth, inChannels: channels, outHeight, outWidth, padInfo } = info;
  const dx = backend.makeOutput(input.shape, 'float32');
  const [slope, result] = [heapView(backend, dy), heapView(backend, dx).fill(0)];
  let window = 0;
  for (let n = 0; n < batchSize; n++)
    for (let y = 0; y < outHeight; y++) {
      const top = y * info.strideHeight - padInfo.top;
      const [firstRow, endRow] = [Math.max(top, 0), Math.min(top + info.filterHeight, inHeight)];
      for (let x = 0; x < outWidth; x++, window += channels) {
        const left = x * info.strideWidth - padInfo.left;
        const [firstColumn, endColumn] = [Math.max(left, 0), Math.min(left + info.filterWidth, inWidth)];
        const share = 1 / ((endRow - firstRow) * (endColumn - firstColumn));
        for (let row = firstRow; row < endRow; row++) {
          let at = ((n * inHeight + row) * inWidth + firstColumn) * channels;
          for (let column = firstColumn; column < endColumn; column++)
            for (let c = 0; c < channels; c++, at++) result[at] = (result[at] as number) + share * (slope[window + c] as number);
        }
      }
    }
  return dx;
}
