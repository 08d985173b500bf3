import type * as tf from '@tensorflow/tfjs-core';
import { dispose, heapView, type KernelArguments, runWasmKernel } from './wasm-backend.ts';
import { type ConvolutionAttributes, convolutionInfo, type Shape4D } from './window-attributes.ts';

interface Attributes extends ConvolutionAttributes {
  readonly filterShape: Shape4D;
}

/**
 * Gradient of a convolution with respect to its filter: dW[i, j, c, o] = Σ over images and positions of x[s·y + i − top, s·x + j − left, c] · dy[y, x, o],
 * which is the product of the transposed dy and the patches of x. Summed over chunks of positions that fit into the processor's cache.
 */
export function conv2dBackpropFilter({ inputs: { x, dy }, attrs, backend }: KernelArguments<'x' | 'dy', Attributes>): tf.TensorInfo {
  const { filterShape } = attrs;
  const info = convolutionInfo(x.shape, filterShape, attrs);
  const positions = info.batchSize * info.outHeight * info.outWidth;
  const patchSize = info.filterHeight * info.filterWidth * info.inChannels;
  const sum = new Float32Array(info.outChannels * patchSize);
  const chunk = chunkSize(patchSize);
  for (let start = 0; start < positions; start += chunk) {
    const count = Math.min(chunk, positions - start);
    // The backend caches the prepared second factor by its id: each chunk needs new tensors.
    const patches = backend.makeOutput([count, patchSize], 'float32');
    const slopes = backend.makeOutput([info.outChannels, count], 'float32');
    gatherPatches(heapView(backend, x), heapView(backend, patches), info, start, count);
    transpose(heapView(backend, dy), heapView(backend, slopes), count, info.outChannels, start * info.outChannels);
    const product = runWasmKernel(backend, 'BatchMatMul', { a: slopes, b: patches }, { transposeA: false, transposeB: false });
    accumulate(sum, heapView(backend, product));
    dispose(backend, patches, slopes, product);
  }
  const filter = backend.makeOutput(filterShape, 'float32');
  transpose(sum, heapView(backend, filter), info.outChannels, patchSize, 0);
  return filter;
}

/** About 1 MB of patches, but enough positions that adding the products costs little compared to computing them. */
function chunkSize(patchSize: number): number {
  return Math.max(256, Math.floor(2 ** 18 / patchSize));
}

/** What the filter sees at `count` positions from `start`: [count, filter height · width · channels], zeros in the padding. */
function gatherPatches(x: Float32Array, patches: Float32Array, info: tf.backend_util.Conv2DInfo, start: number, count: number): void {
  const { inHeight, inWidth, inChannels, outHeight, outWidth, strideHeight, strideWidth, filterHeight, filterWidth, padInfo } = info;
  let to = 0;
  for (let position = start; position < start + count; position++) {
    const line = Math.floor(position / outWidth);
    const left = (position % outWidth) * strideWidth - padInfo.left;
    const top = (line % outHeight) * strideHeight - padInfo.top;
    const image = Math.floor(line / outHeight) * inHeight;
    for (let row = top; row < top + filterHeight; row++) {
      const outside = row < 0 || row >= inHeight;
      for (let column = left; column < left + filterWidth; column++) {
        if (outside || column < 0 || column >= inWidth) {
          for (let c = 0; c < inChannels; c++) patches[to++] = 0;
        } else {
          let from = ((image + row) * inWidth + column) * inChannels;
          for (let c = 0; c < inChannels; c++) patches[to++] = x[from++] as number;
        }
      }
    }
  }
}

/** Transposes the [rows, columns] that begin at `offset` into [columns, rows]. */
function transpose(from: Float32Array, to: Float32Array, rows: number, columns: number, offset: number): void {
  for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) to[c * rows + r] = from[offset + r * columns + c] as number;
}

function accumulate(sum: Float32Array, part: Float32Array): void {
  for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + (part[i] as number);
}
