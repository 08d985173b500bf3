import * as tf from '@tensorflow/tfjs-core';
import { dispose, heapView, type KernelArguments, runWasmKernel, type WasmBackend } from './wasm-backend.ts';
import { type ConvolutionAttributes, convolutionInfo, type Shape4D } from './window-attributes.ts';

interface Attributes extends ConvolutionAttributes {
  readonly inputShape: Shape4D;
}

/**
 * Gradient of a convolution with respect to its input (and the transposed convolution). Inputs whose padded indices have the same remainder modulo the
 * stride see the same taps of the filter: their gradient is an ordinary convolution of dy, at stride 1, with those taps reversed. One convolution for
 * each pair of remainders, so that nothing is multiplied by zero.
 */
export function conv2dBackpropInput({ inputs: { dy, filter }, attrs, backend }: KernelArguments<'dy' | 'filter', Attributes>): tf.TensorInfo {
  const { inputShape } = attrs;
  const info = convolutionInfo(inputShape, filter.shape, attrs);
  if (!tf.util.arraysEqual(dy.shape, info.outShape))
    throw new Error(`Cannot take the gradient of a convolution: dy has shape [${dy.shape}], expected [${info.outShape}]`);
  const rows = phases(info.inHeight, info.outHeight, info.filterHeight, info.strideHeight, info.padInfo.top);
  const columns = phases(info.inWidth, info.outWidth, info.filterWidth, info.strideWidth, info.padInfo.left);
  if (rows.length === 1 && columns.length === 1 && rows[0]?.taps && columns[0]?.taps) return convolve(backend, dy, filter, info, rows[0], columns[0]);
  const dx = backend.makeOutput(inputShape, 'float32');
  heapView(backend, dx).fill(0);
  for (const row of rows)
    for (const column of columns) {
      if (row.taps === 0 || column.taps === 0 || row.count === 0 || column.count === 0) continue;
      const part = convolve(backend, dy, filter, info, row, column);
      interleave(heapView(backend, part), heapView(backend, dx), info, row, column);
      dispose(backend, part);
    }
  return dx;
}

/** The inputs `first`, `first + stride`, ... (`count` of them) of one dimension. */
interface Phase {
  readonly first: number;
  readonly count: number;
  /** They see the filter at remainder, remainder + stride, ...: this many taps. */
  readonly remainder: number;
  readonly taps: number;
  /** Zeros that dy needs before and after; if negative, this many of its entries are not seen. */
  readonly before: number;
  readonly after: number;
}

/** With padded index = stride · q + remainder, the gradient at q is Σ over t of dy[q − t] · w[remainder + stride · t]. */
function phases(size: number, outputs: number, kernel: number, stride: number, pad: number): Phase[] {
  return Array.from({ length: stride }, (_, remainder) => {
    const firstQ = Math.ceil((pad - remainder) / stride);
    const lastQ = Math.floor((size - 1 + pad - remainder) / stride);
    const taps = Math.max(Math.ceil((kernel - remainder) / stride), 0);
    const first = stride * firstQ + remainder - pad;
    return { first, count: Math.max(lastQ - firstQ + 1, 0), remainder, taps, before: taps - 1 - firstQ, after: lastQ - (outputs - 1) };
  });
}

function convolve(backend: WasmBackend, dy: tf.TensorInfo, filter: tf.TensorInfo, info: tf.backend_util.Conv2DInfo, row: Phase, column: Phase): tf.TensorInfo {
  const seen = crop(backend, dy, row, column);
  const taps = reversedTaps(backend, filter, info, row, column);
  const pad = [
    [0, 0],
    [Math.max(row.before, 0), Math.max(row.after, 0)],
    [Math.max(column.before, 0), Math.max(column.after, 0)],
    [0, 0],
  ];
  const part = runWasmKernel(backend, 'Conv2D', { x: seen, filter: taps }, { strides: [1, 1], pad, dilations: [1, 1], dataFormat: 'NHWC' });
  dispose(backend, taps);
  if (seen !== dy) dispose(backend, seen);
  return part;
}

function crop(backend: WasmBackend, dy: tf.TensorInfo, row: Phase, column: Phase): tf.TensorInfo {
  const [batch, height, width, channels] = dy.shape as [number, number, number, number];
  const cut = ({ before, after }: Phase, size: number) => [Math.max(-before, 0), size - Math.max(-before, 0) - Math.max(-after, 0)] as const;
  const [top, rows] = cut(row, height);
  const [left, columns] = cut(column, width);
  if (rows === height && columns === width) return dy;
  return runWasmKernel(backend, 'Slice', { x: dy }, { begin: [0, top, left, 0], size: [batch, rows, columns, channels] });
}

/** [taps, taps, out, in] from [height, width, in, out]. */
function reversedTaps(backend: WasmBackend, filter: tf.TensorInfo, info: tf.backend_util.Conv2DInfo, row: Phase, column: Phase): tf.TensorInfo {
  const { inChannels, outChannels, filterWidth, strideHeight, strideWidth } = info;
  const taps = backend.makeOutput([row.taps, column.taps, outChannels, inChannels], 'float32');
  const from = heapView(backend, filter);
  const to = heapView(backend, taps);
  let position = 0;
  for (let i = row.taps - 1; i >= 0; i--)
    for (let j = column.taps - 1; j >= 0; j--) {
      const tap = ((row.remainder + i * strideHeight) * filterWidth + column.remainder + j * strideWidth) * inChannels * outChannels;
      for (let o = 0; o < outChannels; o++) for (let c = 0; c < inChannels; c++) to[position++] = from[tap + c * outChannels + o] as number;
    }
  return taps;
}

function interleave(part: Float32Array, dx: Float32Array, info: tf.backend_util.Conv2DInfo, row: Phase, column: Phase): void {
  const { batchSize, inHeight, inWidth, inChannels, strideHeight, strideWidth } = info;
  let from = 0;
  for (let n = 0; n < batchSize; n++)
    for (let y = 0; y < row.count; y++) {
      const line = (n * inHeight + row.first + y * strideHeight) * inWidth;
      for (let x = 0; x < column.count; x++) {
        let to = (line + column.first + x * strideWidth) * inChannels;
        for (let c = 0; c < inChannels; c++) dx[to++] = part[from++] as number;
      }
    }
}
