import * as tf from '@tensorflow/tfjs-core';
import { dot } from './dot.ts';
import { takesFusedRoute, takesOwnRoute } from './fused-kernels.ts';
import { sumAll } from './sum-all.ts';
import { tensorflowOp } from './tensorflow-op.ts';

/** One l2 norm over all entries of all tensors, √Σ‖t‖²; 0 for none. Nothing is read back; not differentiable. */
export function globalNorm(tensors: readonly tf.Tensor[]): tf.Scalar {
  if (tensors.length === 0) return tf.scalar(0);
  return tf.tidy(() => {
    if (takesOwnRoute()) return tf.sqrt(dot(tensors, tensors));
    if (!takesFusedRoute()) return tf.sqrt(tf.addN(tensors.map((tensor) => sumAll(tf.square(tensor)))));
    const halves = tensors.map((tensor) => tensorflowOp('L2Loss', { T: ['type', 'float32'] }, [tensor], 1)[0] as tf.Tensor);
    return tf.sqrt(tf.mul(tf.addN(halves), 2));
  });
}
