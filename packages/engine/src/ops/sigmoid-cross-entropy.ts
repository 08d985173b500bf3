import * as tf from '@tensorflow/tfjs-core';
import { differentiableOp } from './differentiable-op.ts';
import { takesOwnRoute } from './fused-kernels.ts';
import { tensorflowOp } from './tensorflow-op.ts';

/**
 * −label log σ(logit) − (1 − label) log(1 − σ(logit)) for each sample, without overflow at any logit:
 * max(x, 0) − x z + log(1 + exp(−|x|)) for logit x and label z.
 * @param logits [n].
 * @param labels [n], 0..1.
 * @returns [n].
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
