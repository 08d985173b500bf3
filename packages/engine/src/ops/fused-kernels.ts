import * as tf from '@tensorflow/tfjs-core';

let fused = true;

/**
 * Switches the fused kernels for this process. On (the default), the operations of this package run TensorFlow's fused kernels and our own on the
 * native engine. Off, they are composed of tfjs's operations there too, as they always are on wasm. Both give the same numbers within rounding; tests
 * compare them.
 */
export function setFusedKernels(on: boolean): void {
  fused = on;
}

/** Whether to call TensorFlow's fused kernels. */
export function takesFusedRoute(): boolean {
  return fused && tf.getBackend() === 'tensorflow';
}

/** Whether to call the kernels of `native/`, which come with the binding and run on the CPU. */
export function takesOwnRoute(): boolean {
  return takesFusedRoute() && !(tf.backend() as { readonly isUsingGpuDevice?: boolean }).isUsingGpuDevice;
}
