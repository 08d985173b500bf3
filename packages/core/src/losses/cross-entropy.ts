import { softmaxCrossEntropy } from '@gradalign/engine';
import { Type } from '@sinclair/typebox';
import * as tf from '@tensorflow/tfjs-core';
import { defineLoss } from '../contracts/loss.ts';

/** Cross-entropy of softmax(logitScale · logits) for any number of classes; the objective averages it per domain. */
export const crossEntropy = defineLoss({
  name: 'cross-entropy',
  summary: 'Domain-wise cross-entropy on one logit a class',
  metrics: [{ use: 'accuracy' }],
  options: Type.Object(
    {
      logitScale: Type.Number({
        exclusiveMinimum: 0,
        default: 1,
        description: 'Multiplies the logits; 1 in the released GAC-FAS code, whose two cosines are unscaled',
      }),
    },
    { additionalProperties: false },
  ),
  create({ logitScale }, { classes }) {
    const scaled = (logits: tf.Tensor2D): tf.Tensor2D => (logitScale === 1 ? logits : tf.mul(logits, logitScale));
    return {
      role: 'risk',
      logits: classes.length,
      perSample: (logits, labels) => softmaxCrossEntropy(scaled(logits), labels),
      probabilities: (logits) => tf.softmax(scaled(logits)),
      ...(classes.length === 2 ? { logit: liveMinusAttack, logitScale } : {}),
    };
  },
});

/** The softmax of two logits is the sigmoid of their difference. */
function liveMinusAttack(logits: tf.Tensor2D): tf.Tensor1D {
  const [attack, live] = tf.unstack(logits, 1) as [tf.Tensor1D, tf.Tensor1D];
  return tf.sub(live, attack);
}
