import { recordTape } from '@gradalign/engine';
import * as tf from '@tensorflow/tfjs-core';
import type { Gradients } from '../contracts/gradients.ts';
import type { Risk } from '../contracts/loss.ts';
import type { Model } from '../contracts/model.ts';
import type { Weights } from '../contracts/weights.ts';
import { pullback } from '../training/pullback.ts';

/** A loss as a function of the weights, on fixed data: what every measure of sharpness evaluates. */
export interface LossSurface {
  /** The point on the surface: measures shift these weights, and restore them. */
  readonly weights: Weights;
  /** L(θ) at the current weights. */
  loss(): number;
  /** ∇L(θ) at the current weights, by weight name. The caller disposes it. */
  gradient(): Gradients;
}

/** What `riskSurface` takes. All of it stays the caller's, and must outlive the surface. */
export interface RiskSurfaceOptions {
  readonly model: Model;
  readonly risk: Risk;
  /** [n, size, size, channels], normalized as for training. */
  readonly images: tf.Tensor4D;
  /** Label of each of the n images. */
  readonly labels: Int32Array;
  /**
   * `batch`: batch norm uses the statistics of these images, as in training: the loss that the methods flatten, and scaling a kernel before a batch norm
   * does not change it. `running`: it uses its running statistics, as when the model is deployed.
   */
  readonly batchNorm: 'batch' | 'running';
}

/** The mean risk over the images, without auxiliary losses and weight decay. Leaves running statistics unchanged. */
export function riskSurface({ model, risk, images, labels, batchNorm }: RiskSurfaceOptions): LossSurface {
  const mean = (): tf.Scalar =>
    tf.tidy(() => {
      const { logits } = model.apply(images, { training: batchNorm === 'batch' });
      return tf.mean(risk.perSample(logits, tf.tensor1d(labels, 'int32'))) as tf.Scalar;
    });
  return {
    weights: model.weights,
    loss() {
      const value = mean();
      const [loss = Number.NaN] = value.dataSync();
      value.dispose();
      return loss;
    },
    gradient() {
      const sources = model.weights.trainable.map((name) => model.weights.get(name));
      const { result, tape } = recordTape(mean, { sources });
      try {
        return pullback(tape, [{ output: result, factor: 1 }], model.weights, true);
      } finally {
        result.dispose();
      }
    },
  };
}
