import * as tf from '@tensorflow/tfjs-core';
import type { AuxiliaryBatch } from '../contracts/loss.ts';
import type { Weights } from '../contracts/weights.ts';
import { noWeights } from '../training/trained-weights.ts';

/** What an auxiliary loss is to see. */
export interface AuxiliaryBatchParts {
  readonly features: tf.Tensor2D;
  /** Default: zeros, `[views * n, 1]`. */
  readonly logits?: tf.Tensor2D;
  /** Of the n samples. */
  readonly labels: ArrayLike<number>;
  /** Default: all of domain 0. */
  readonly domains?: ArrayLike<number>;
  /** Default: 1. */
  readonly views?: number;
  /** Default: 0. */
  readonly progress?: number;
  /** The loss's own; default: none. */
  readonly weights?: Weights;
}

/** A batch as the objective shows it to an auxiliary loss. The tensors stay the caller's; default logits are made in the caller's tidy when they are read. */
export function auxiliaryBatch({ features, logits, labels, domains, views = 1, progress = 0, weights = noWeights }: AuxiliaryBatchParts): AuxiliaryBatch {
  return {
    features,
    get logits() {
      return logits ?? tf.zeros([features.shape[0], 1]);
    },
    labels: Int32Array.from(labels),
    domains: domains ? Int32Array.from(domains) : new Int32Array(labels.length),
    views,
    progress,
    weights,
  };
}
