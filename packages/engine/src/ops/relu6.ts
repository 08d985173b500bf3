import * as tf from '@tensorflow/tfjs-core';
import { differentiableOp } from './differentiable-op.ts';
import { takesFusedRoute } from './fused-kernels.ts';
import { tensorflowOp } from './tensorflow-op.ts';

/**
 * min(max(x, 0), 6), for float32 of any shape (Howard et al. 2017, arXiv 1704.04861); no gradient passes at 0 and below, nor above 6. The result is the
 * caller's to dispose. For the gradient it saves its output, which a following convolution saves anyway.
 */
export function relu6<T extends tf.Tensor>(x: T): T {
  return takesFusedRoute() ? (fused({ x }, {})[0] as T) : tf.relu6(x);
}

const fused = differentiableOp<'x', object>({
  name: 'gradalign/relu6',
  save: { outputs: [true] },
  forward: ({ x }) => tensorflowOp('Relu6', { T: ['type', 'float32'] }, [x], 1),
  gradient: ([dy], [y]) => ({ x: () => tensorflowOp('Relu6Grad', { T: ['type', 'float32'] }, [dy as tf.Tensor, y as tf.Tensor], 1)[0] as tf.Tensor }),
});
