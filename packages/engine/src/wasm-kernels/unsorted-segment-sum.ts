import type * as tf from '@tensorflow/tfjs-core';
import { heapView, type KernelArguments } from './wasm-backend.ts';

/** Sums the slices x[i] that share a segment id: the gradient of gathering. Ids outside 0..numSegments − 1 are ignored. */
export function unsortedSegmentSum({
  inputs: { x, segmentIds },
  attrs: { numSegments },
  backend,
}: KernelArguments<'x' | 'segmentIds', { readonly numSegments: number }>): tf.TensorInfo {
  const slice = x.shape.slice(1);
  const length = slice.reduce((product, size) => product * size, 1);
  const sums = backend.makeOutput([numSegments, ...slice], x.dtype);
  const ids = backend.typedArrayFromHeap(segmentIds);
  const [values, result] = [heapView(backend, x), heapView(backend, sums).fill(0)];
  for (let i = 0; i < ids.length; i++) {
    const id = ids[i] as number;
    if (id < 0 || id >= numSegments) continue;
    for (let j = 0; j < length; j++) result[id * length + j] = (result[id * length + j] as number) + (values[i * length + j] as number);
  }
  return sums;
}
