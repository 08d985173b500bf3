import * as tf from '@tensorflow/tfjs-core';
import { heapView, type KernelArguments } from './wasm-backend.ts';
import type { DepthwiseAttributes, Shape4D } from './window-attributes.ts';

/** Gradient of a depthwise convolution with respect to its filter, [height, width, in, multiplier]. */
export function depthwiseBackpropFilter({
  inputs: { x, dy },
  attrs,
  backend,
}: KernelArguments<'x' | 'dy', DepthwiseAttributes & { readonly filterShape: Shape4D }>): tf.TensorInfo {
  const filter = backend.makeOutput(attrs.filterShape, 'float32');
  const [input, slope, result] = [heapView(backend, x), heapView(backend, dy), heapView(backend, filter).fill(0)];
  const { inChannels, multiplier, eachTap } = taps(x.shape as Shape4D, attrs.filterShape, attrs);
  eachTap((inputAt, outputAt, filterAt) => {
    for (let c = 0; c < inChannels; c++)
      for (let m = 0; m < multiplier; m++) {
        const k = c * multiplier + m;
        result[filterAt + k] = (result[filterAt + k] as number) + (input[inputAt + c] as number) * (slope[outputAt + k] as number);
      }
  });
  return filter;
}

/** Gradient of a depthwise convolution with respect to its input. */
export function depthwiseBackpropInput({
  inputs: { dy, filter },
  attrs,
  backend,
}: KernelArguments<'dy' | 'filter', DepthwiseAttributes & { readonly inputShape: Shape4D }>): tf.TensorInfo {
  const dx = backend.makeOutput(attrs.inputShape, 'float32');
  const [slope, weights, result] = [heapView(backend, dy), heapView(backend, filter), heapView(backend, dx).fill(0)];
  const { inChannels, multiplier, eachTap } = taps(attrs.inputShape, filter.shape as Shape4D, attrs);
  eachTap((inputAt, outputAt, filterAt) => {
    for (let c = 0; c < inChannels; c++)
      for (let m = 0; m < multiplier; m++) {
        const k = c * multiplier + m;
        result[inputAt + c] = (result[inputAt + c] as number) + (weights[filterAt + k] as number) * (slope[outputAt + k] as number);
      }
  });
  return dx;
}

/** Visits each pair of an output position and a filter tap inside the input, with the offsets at which their channels begin. */
function taps(inputShape: Shape4D, filterShape: Shape4D, { strides, dilations, pad, dimRoundingMode }: DepthwiseAttributes) {
  const info = tf.backend_util.computeConv2DInfo(inputShape, filterShape, strides, dilations ?? 1, pad, dimRoundingMode, true);
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels, filterHeight, filterWidth, padInfo } = info;
  const eachTap = (visit: (inputAt: number, outputAt: number, filterAt: number) => void) => {
    for (let n = 0; n < batchSize; n++)
      for (let y = 0; y < outHeight; y++)
        for (let x = 0; x < outWidth; x++) {
          const outputAt = ((n * outHeight + y) * outWidth + x) * outChannels;
          for (let i = 0; i < filterHeight; i++) {
            const row = y * info.strideHeight + i * info.dilationHeight - padInfo.top;
            if (row < 0 || row >= inHeight) continue;
            for (let j = 0; j < filterWidth; j++) {
              const column = x * info.strideWidth + j * info.dilationWidth - padInfo.left;
              if (column < 0 || column >= inWidth) continue;
              visit(((n * inHeight + row) * inWidth + column) * inChannels, outputAt, (i * filterWidth + j) * outChannels);
            }
          }
        }
  };
  return { inChannels, multiplier: outChannels / inChannels, eachTap };
}
