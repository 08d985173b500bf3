import * as tf from '@tensorflow/tfjs-core';
import type { Risk } from '../contracts/loss.ts';
import type { Model, SpatialHalves } from '../contracts/model.ts';

/**
 * Where a network looked. With A_k the channels of its last spatial map and y what is explained,
 *
 *     α_k = mean over places of ∂y/∂A_k,   L = ReLU(Σ_k α_k A_k)
 *
 * y is the logit of bona fide where `evidence` is 1, and minus that logit where it is -1: what spoke for live, or for an attack. Running statistics, no
 * augmentation. The caller disposes the maps.
 *
 * Selvaraju et al., Grad-CAM: Visual Explanations from Deep Networks via Gradient-based Localization, ICCV 2017, eq. 1 and 2, arXiv 1610.02391.
 *
 * @param images [n, size, size, channels], normalized
 * @param evidence one a image
 * @returns [n, height, width] of the spatial map, >= 0, not normalized
 */
export function gradCam(
  { spatial, risk }: { readonly spatial: SpatialHalves; readonly risk: Risk },
  images: tf.Tensor4D,
  evidence: readonly (1 | -1)[],
): tf.Tensor3D {
  const pass = { training: false };
  return tf.tidy(() => {
    const signs = tf.tensor1d([...evidence]);
    const map = spatial.map(images, pass);
    // Images do not see each other in this pass: the gradient of the sum holds that of each.
    const gradient = tf.grad((a) => tf.sum(tf.mul(signs, bonaFideLogit(risk, spatial.output(a as tf.Tensor4D, pass).logits))))(map) as tf.Tensor4D;
    const alpha = tf.mean(gradient, [1, 2], true);
    return tf.relu(tf.sum(tf.mul(alpha, map), 3)) as tf.Tensor3D;
  });
}

/** What two classes are ranked by: the risk's logit, or the log odds of its probabilities. */
function bonaFideLogit(risk: Risk, logits: ReturnType<Model['apply']>['logits']): tf.Tensor1D {
  if (risk.logit) return risk.logit(logits);
  const [attack, live] = tf.unstack(risk.probabilities(logits), 1) as [tf.Tensor1D, tf.Tensor1D];
  return tf.sub(tf.log(tf.add(live, 1e-12)), tf.log(tf.add(attack, 1e-12)));
}
