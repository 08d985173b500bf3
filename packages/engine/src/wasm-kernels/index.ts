import { avgPoolGrad } from './avg-pool-grad.ts';
import { conv2dBackpropFilter } from './conv2d-backprop-filter.ts';
import { conv2dBackpropInput } from './conv2d-backprop-input.ts';
import { depthwiseBackpropFilter, depthwiseBackpropInput } from './depthwise-gradients.ts';
import { identity } from './identity.ts';
import { maxPoolGrad } from './max-pool-grad.ts';
import { unsortedSegmentSum } from './unsorted-segment-sum.ts';
import { registerWasmKernel } from './wasm-backend.ts';

/**
 * Registers the kernels for training that tfjs's wasm backend lacks (gradients of convolution filters, of depthwise convolution, of gathering), has
 * wrong (average pooling at the border) or has slow (gradients of convolution inputs and of max pooling; clones that copy).
 */
export function registerWasmKernels(): void {
  registerWasmKernel('AvgPoolGrad', avgPoolGrad);
  registerWasmKernel('Conv2DBackpropFilter', conv2dBackpropFilter);
  registerWasmKernel('Conv2DBackpropInput', conv2dBackpropInput);
  registerWasmKernel('DepthwiseConv2dNativeBackpropFilter', depthwiseBackpropFilter);
  registerWasmKernel('DepthwiseConv2dNativeBackpropInput', depthwiseBackpropInput);
  registerWasmKernel('Identity', identity);
  registerWasmKernel('MaxPoolGrad', maxPoolGrad);
  registerWasmKernel('UnsortedSegmentSum', unsortedSegmentSum);
}
