import * as tf from '@tensorflow/tfjs-core';
import { differentiableOp } from './differentiable-op.ts';
import { takesOwnRoute } from './fused-kernels.ts';
import { tensorflowOp } from './tensorflow-op.ts';

/**
 * Binary cross-entropy of each sample, −label log σ(logit) − (1 − label) log(1 − σ(logit)), without overflow at any logit:
 * max(x, 0) − x z + log(1 + exp(−|x|)) for logit x and label z. Differentiable in both.
 * @param logits [n], float32.
 * @param labels [n], float32, 0..1.
 * @returns [n], the caller's to dispose.
 * @throws Error if the shapes differ.
 */
export function sigmoidCrossEntropy(logits: tf.Tensor1D, labels: tf.Tensor1D): tf.Tensor1D {
  if (!tf.util.arraysEqual(logits.shape, labels.shape))
    throw new Error(`Cannot compute the cross-entropy: labels have shape [${labels.shape}], expected that of the logits, [${logits.shape}]`);
  return crossEntropy({ logits, labels }, { own: takesOwnRoute() })[0] as tf.Tensor1D;
}

const crossEntropy = differentiableOp<'logits' | 'labels', { readonly own: boolean }>({
  name: 'gradalign/sigmoidCrossEntropy',
  save: { inputs: ['logits', 'labels'] },
  forward: ({ logits: x, labels: z }, { own }) =>
    own ? tensorflowOp('GradalignSigmoidCrossEntropy', {}, [x, z], 1) : tf.add(tf.sub(tf.relu(x), tf.mul(x, z)), tf.log1p(tf.exp(tf.neg(tf.abs(x))))),
  gradient: ([given], saved, { own }) => {
    const dy = given as tf.Tensor;
    const [x, z] = saved as [tf.Tensor, tf.Tensor];
    const ownGradient = () => tensorflowOp('GradalignSigmoidCrossEntropyGrad', {}, [dy, x, z], 1)[0] as tf.Tensor;
    return { logits: own ? ownGradient : () => tf.mul(dy, tf.sub(tf.sigmoid(x), z)), labels: () => tf.neg(tf.mul(dy, x)) };
  },
});
