import * as tf from '@tensorflow/tfjs-core';

let fused = true;

/**
 * Off: every operation of this package takes its plain route, made of tfjs' own operations, on the native engine too. On (the start): the native
 * engine runs TensorFlow's fused kernels, and ours. Both give the same numbers to rounding; tests compare them.
 */
export function setFusedKernels(on: boolean): void {
  fused = on;
}

export function fusedKernels(): boolean {
  return fused;
}

/** Whether an operation that starts now is to call TensorFlow's kernels. */
export function takesFusedRoute(): boolean {
  return fused && tf.getBackend() === 'tensorflow';
}

/** Whether it may call those of `native/`, which the binding brings: they run on the processor. */
export function takesOwnRoute(): boolean {
  return takesFusedRoute() && !(tf.backend() as { readonly isUsingGpuDevice?: boolean }).isUsingGpuDevice;
}
