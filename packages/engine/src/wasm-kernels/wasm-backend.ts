import * as tf from '@tensorflow/tfjs-core';

/** The part of tfjs's wasm backend that our kernels use. */
export interface WasmBackend extends tf.KernelBackend {
  /** Allocates on the heap, which may move and invalidate all views. The memory is not cleared. */
  makeOutput(shape: number[], dtype: tf.DataType): tf.TensorInfo;
  typedArrayFromHeap(info: tf.TensorInfo): tf.TypedArray;
}

export interface KernelArguments<Inputs extends string, Attributes> {
  readonly inputs: { readonly [name in Inputs]: tf.TensorInfo };
  readonly attrs: Attributes;
  readonly backend: WasmBackend;
}

/** Registers a kernel, replacing the backend's own. */
export function registerWasmKernel<Inputs extends string, Attributes>(
  kernelName: string,
  kernel: (parameters: KernelArguments<Inputs, Attributes>) => tf.TensorInfo,
): void {
  if (tf.getKernel(kernelName, 'wasm')) tf.unregisterKernel(kernelName, 'wasm');
  tf.registerKernel({
    kernelName,
    backendName: 'wasm',
    kernelFunc: ({ inputs, attrs, backend }) =>
      kernel({ inputs: inputs as KernelArguments<Inputs, Attributes>['inputs'], attrs: attrs as Attributes, backend: backend as WasmBackend }),
  });
}

/** Runs another kernel of the backend; the caller disposes the result. */
export function runWasmKernel(backend: WasmBackend, kernelName: string, inputs: tf.NamedTensorInfoMap, attrs: object = {}): tf.TensorInfo {
  return tf.getKernel(kernelName, 'wasm').kernelFunc({ inputs, attrs: attrs as tf.NamedAttrMap, backend }) as tf.TensorInfo;
}

/** The values of a float32 tensor, valid until the next allocation. */
export function heapView(backend: WasmBackend, info: tf.TensorInfo): Float32Array {
  return backend.typedArrayFromHeap(info) as Float32Array;
}

export function dispose(backend: WasmBackend, ...infos: tf.TensorInfo[]): void {
  for (const { dataId } of infos) backend.disposeData(dataId);
}
