import * as tf from '@tensorflow/tfjs-core';
import { differentiableOp } from './differentiable-op.ts';
import { takesOwnRoute } from './fused-kernels.ts';
import { tensorflowOp } from './tensorflow-op.ts';

/**
 * Mean over height and width. Differentiable.
 * @param x [batch, height, width, channels], float32.
 * @returns [batch, channels], the caller's to dispose.
 */
export function globalAveragePool(x: tf.Tensor4D): tf.Tensor2D {
  return pool({ x }, { shape: x.shape, own: takesOwnRoute() })[0] as tf.Tensor2D;
}

/** tfjs's own gradient of a mean multiplies by a tensor of ones that it makes in JavaScript. */
const pool = differentiableOp<'x', { readonly shape: [number, number, number, number]; readonly own: boolean }>({
  name: 'gradalign/globalAveragePool',
  save: {},
  forward: ({ x }, { own }) => (own ? tensorflowOp('GradalignAveragePool', {}, [x], 1) : tf.mean(x, [1, 2])),
  gradient: ([dy], _saved, { shape, own }) => {
    const [batch, height, width, channels] = shape;
    const attributes = { height: ['int', height], width: ['int', width] } as const;
    if (own) return { x: () => tensorflowOp('GradalignAveragePoolGrad', attributes, [dy as tf.Tensor], 1)[0] as tf.Tensor };
    return { x: () => tf.tile(tf.reshape(tf.div(dy as tf.Tensor, height * width), [batch, 1, 1, channels]), [1, height, width, 1]) };
  },
});
