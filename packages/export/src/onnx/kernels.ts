import { convolutionKernels } from './convolution-kernels.ts';
import { elementwiseKernels } from './elementwise-kernels.ts';
import type { LowerKernel } from './lowering.ts';
import { shapeKernels } from './shape-kernels.ts';

/** Every kernel that has a counterpart in ONNX, by name. Batch norms are folded before. */
const kernels: Readonly<Record<string, LowerKernel>> = { ...convolutionKernels, ...elementwiseKernels, ...shapeKernels };

/** Recorded whole, and made part of a convolution or an affine map. */
const foldedKernels: readonly string[] = ['gradalign/batchNormInference', 'FusedBatchNorm'];

export function findKernel(name: string): LowerKernel | undefined {
  return Object.hasOwn(kernels, name) ? kernels[name] : undefined;
}

/** Whether a kernel is exported as one. */
export function isKnownKernel(name: string): boolean {
  return Object.hasOwn(kernels, name) || foldedKernels.includes(name);
}
