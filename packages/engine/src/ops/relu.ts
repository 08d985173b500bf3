import * as tf from '@tensorflow/tfjs-core';
import { differentiableOp } from './differentiable-op.ts';
import { takesFusedRoute } from './fused-kernels.ts';
import { tensorflowOp } from './tensorflow-op.ts';

/**
 * max(x, 0), for float32 of any shape; its gradient at 0 is 0. The result is the caller's to dispose. For the gradient it saves its output, which a
 * following convolution saves anyway.
 */
export function relu<T extends tf.Tensor>(x: T): T {
  return takesFusedRoute() ? (fused({ x }, {})[0] as T) : tf.relu(x);
}

const fused = differentiableOp<'x', object>({
  name: 'gradalign/relu',
  save: { outputs: [true] },
  forward: ({ x }) => tensorflowOp('Relu', { T: ['type', 'float32'] }, [x], 1),
  gradient: ([dy], [y]) => ({ x: () => tensorflowOp('ReluGrad', { T: ['type', 'float32'] }, [dy as tf.Tensor, y as tf.Tensor], 1)[0] as tf.Tensor }),
});
