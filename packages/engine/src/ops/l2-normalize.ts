import * as tf from '@tensorflow/tfjs-core';
import { differentiableOp } from './differentiable-op.ts';
import { takesOwnRoute } from './fused-kernels.ts';
import { tensorflowOp } from './tensorflow-op.ts';

/**
 * x / max(‖x‖, ε) with norms along `axis`, as PyTorch's `normalize`. Differentiable, without NaN at zero: where the norm is at most ε, the divisor is
 * the constant ε.
 * @param x [n, d], float32.
 * @param axis 1 normalizes rows, 0 columns.
 * @returns [n, d], the caller's to dispose.
 */
export function l2Normalize(x: tf.Tensor2D, axis: number, epsilon = 1e-12): tf.Tensor2D {
  const [y, divisor] = normalize({ x }, { axis, epsilon, own: takesOwnRoute() && x.rank === 2 });
  divisor?.dispose();
  return y as tf.Tensor2D;
}

/** Outputs: y and its divisor. dx = (dy − y ⟨y, dy⟩) / ‖x‖, and dy / ε where the norm is at most ε. */
const normalize = differentiableOp<'x', { readonly axis: number; readonly epsilon: number; readonly own: boolean }>({
  name: 'gradalign/l2Normalize',
  save: { outputs: [true, true] },
  forward: ({ x }, { axis, epsilon, own }) => {
    if (own) return tensorflowOp('GradalignL2Normalize', { axis: ['int', axis], epsilon: ['float', epsilon] }, [x], 2);
    const divisor = tf.maximum(tf.sqrt(tf.sum(tf.square(x), axis, true)), epsilon);
    return [tf.div(x, divisor), divisor];
  },
  gradient: ([given], saved, { axis, epsilon, own }) => {
    const dy = given as tf.Tensor;
    const [y, divisor] = saved as [tf.Tensor, tf.Tensor];
    return {
      x: () => {
        if (own) return tensorflowOp('GradalignL2NormalizeGrad', { axis: ['int', axis], epsilon: ['float', epsilon] }, [dy, y, divisor], 1)[0] as tf.Tensor;
        const radial = tf.mul(tf.sum(tf.mul(y, dy), axis, true), tf.cast(tf.greater(divisor, epsilon), 'float32'));
        return tf.div(tf.sub(dy, tf.mul(y, radial)), divisor);
      },
    };
  },
});
