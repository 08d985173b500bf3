import * as tf from '@tensorflow/tfjs-core';
import { dot } from './dot.ts';
import { takesFusedRoute, takesOwnRoute } from './fused-kernels.ts';
import { sumAll } from './sum-all.ts';
import { tensorflowOp } from './tensorflow-op.ts';

/**
 * The l2 norm over all entries of all tensors, √Σ‖t‖²; 0 for an empty list. Nothing is read back from the engine. Not differentiable.
 * @param tensors float32, of any shapes.
 * @returns A scalar, the caller's to dispose.
 */
export function globalNorm(tensors: readonly tf.Tensor[]): tf.Scalar {
  if (tensors.length === 0) return tf.scalar(0);
  return tf.tidy(() => {
    if (takesOwnRoute()) return tf.sqrt(dot(tensors, tensors));
    if (!takesFusedRoute()) return tf.sqrt(tf.addN(tensors.map((tensor) => sumAll(tf.square(tensor)))));
    const halves = tensors.map((tensor) => tensorflowOp('L2Loss', { T: ['type', 'float32'] }, [tensor], 1)[0] as tf.Tensor);
    return tf.sqrt(tf.mul(tf.addN(halves), 2));
  });
}
