import * as tf from '@tensorflow/tfjs-core';
import { differentiableOp } from './differentiable-op.ts';

/** Mean over height and width: [batch, height, width, channels] to [batch, channels]. */
export function globalAveragePool(x: tf.Tensor4D): tf.Tensor2D {
  return pool({ x }, { shape: x.shape })[0] as tf.Tensor2D;
}

/** tfjs' own gradient of a mean multiplies by a tensor of ones that it makes in JavaScript. */
const pool = differentiableOp<'x', { readonly shape: [number, number, number, number] }>({
  name: 'gradalign/globalAveragePool',
  save: {},
  forward: ({ x }) => tf.mean(x, [1, 2]),
  gradient: ([dy], _saved, { shape }) => {
    const [batch, height, width, channels] = shape;
    return { x: () => tf.tile(tf.reshape(tf.div(dy as tf.Tensor, height * width), [batch, 1, 1, channels]), [1, height, width, 1]) };
  },
});
