import { sigmoidCrossEntropy } from '@gradalign/engine';
import { Type } from '@sinclair/typebox';
import * as tf from '@tensorflow/tfjs-core';
import { UserError } from '../contracts/errors.ts';
import { defineLoss } from '../contracts/loss.ts';

/** Binary cross-entropy of sigmoid(logitScale · logit); the objective averages it per domain. Label 1 = bona fide. */
export const domainBce = defineLoss({
  name: 'domain-bce',
  isDefault: true,
  summary: 'Domain-wise binary cross-entropy on one scaled logit',
  metrics: [{ use: 'hter' }, { use: 'auc' }, { use: 'tpr@fpr', fpr: 0.01 }],
  options: Type.Object(
    { logitScale: Type.Number({ exclusiveMinimum: 0, default: 12, description: 'Multiplies the logit, which a cosine head keeps within -1..1' }) },
    { additionalProperties: false },
  ),
  create({ logitScale }, { classes }) {
    if (classes.length !== 2) {
      throw new UserError(
        `Cannot use loss 'domain-bce': the data has ${classes.length} classes (${classes.join(', ')}), expected 2; cross-entropy takes any number`,
        { exitCode: 2 },
      );
    }
    const scaled = (logits: tf.Tensor2D) => tf.mul(tf.reshape(logits, [-1]), logitScale) as tf.Tensor1D;
    return {
      role: 'risk',
      logits: 1,
      perSample: (logits, labels) => sigmoidCrossEntropy(scaled(logits), tf.cast(labels, 'float32')),
      probabilities: (logits) => {
        const live = tf.sigmoid(scaled(logits));
        return tf.stack([tf.sub(1, live), live], 1) as tf.Tensor2D;
      },
      logit: (logits) => tf.reshape(logits, [-1]) as tf.Tensor1D,
      logitScale,
    };
  },
});
