import * as tf from '@tensorflow/tfjs-core';
import { differentiableOp } from './differentiable-op.ts';

/**
 * Gradient reversal (Ganin and Lempitsky, ICML 2015, equations 9 and 10): forward x as it is, backward −strength · dy. What follows learns to lower a loss, and
 * what comes before learns to raise it.
 * @param x Any shape, float32.
 * @param strength λ, a finite number.
 * @returns Of x's shape, the caller's to dispose.
 */
export function reverseGradient<T extends tf.Tensor>(x: T, strength: number): T {
  return reverse({ x }, { strength })[0] as T;
}

const reverse = differentiableOp<'x', { readonly strength: number }>({
  name: 'gradalign/reverseGradient',
  save: {},
  // A clone would be recorded as an operation of its own, past which the gradient would flow unreversed.
  forward: ({ x }) => tf.mul(x, 1),
  gradient: ([dy], _saved, { strength }) => ({ x: () => tf.mul(dy as tf.Tensor, -strength) }),
});
