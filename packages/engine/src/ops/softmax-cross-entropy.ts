import * as tf from '@tensorflow/tfjs-core';
import { differentiableOp } from './differentiable-op.ts';
import { takesFusedRoute } from './fused-kernels.ts';
import { tensorflowOp } from './tensorflow-op.ts';

/**
 * Cross-entropy of each sample, −log softmax(logits)[label]. Differentiable in the logits.
 * @param logits [n, classes], float32, two classes or more.
 * @param labels [n], int32, 0..classes − 1.
 * @returns [n], the caller's to dispose.
 * @throws Error if the labels have another type or length.
 */
export function softmaxCrossEntropy(logits: tf.Tensor2D, labels: tf.Tensor1D): tf.Tensor1D {
  if (labels.dtype !== 'int32' || labels.rank !== 1 || labels.shape[0] !== logits.shape[0])
    throw new Error(`Cannot compute the cross-entropy: labels are ${labels.dtype} [${labels.shape}], expected int32 [${logits.shape[0]}]`);
  const [losses, slope] = crossEntropy({ logits, labels }, { fused: takesFusedRoute() });
  slope?.dispose();
  return losses as tf.Tensor1D;
}

/** Outputs: the losses, and their gradients softmax(logits) − one-hot(label), which are a by-product. */
const crossEntropy = differentiableOp<'logits' | 'labels', { readonly fused: boolean }>({
  name: 'gradalign/softmaxCrossEntropy',
  save: { outputs: [false, true] },
  forward: ({ logits, labels }, { fused }) => {
    if (fused) return tensorflowOp('SparseSoftmaxCrossEntropyWithLogits', { T: ['type', 'float32'], Tlabels: ['type', 'int32'] }, [logits, labels], 2);
    const logProbabilities = tf.logSoftmax(logits as tf.Tensor2D);
    // With dtype float32, the wasm backend's oneHot writes the bits of integers.
    const oneHot = tf.cast(tf.oneHot(labels as tf.Tensor1D, logits.shape[1] as number), 'float32');
    return [tf.neg(tf.sum(tf.mul(logProbabilities, oneHot), 1)), tf.sub(tf.exp(logProbabilities), oneHot)];
  },
  gradient: ([dy], [slope]) => ({ logits: () => tf.mul(tf.expandDims(dy as tf.Tensor1D, 1), slope as tf.Tensor2D) }),
});
