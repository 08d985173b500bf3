import type { TSchema } from '@sinclair/typebox';
import type * as tf from '@tensorflow/tfjs-core';
import type { Named } from './named.ts';
import type { Define } from './plugin.ts';
import type { Random } from './seed.ts';
import type { Weights } from './weights.ts';

/** The risk: one number a sample, averaged by domain in the objective. An experiment has exactly one. */
export interface Risk {
  readonly role: 'risk';
  /** How many logits the model's head must give. */
  readonly logits: number;
  /** logits: [n, logits]; labels: [n] int32. Returns [n]. Differentiable in the logits. */
  perSample(logits: tf.Tensor2D, labels: tf.Tensor1D): tf.Tensor1D;
  /** logits: [n, logits] to [n, classes], rows sum to 1. */
  probabilities(logits: tf.Tensor2D): tf.Tensor2D;
  /**
   * Two classes: logits [n, logits] to [n], what samples are ranked by and compared with thresholds; higher = bona fide. The probability of bona fide is
   * sigmoid(logitScale · logit). Absent: samples are ranked by `probabilities`, in which large logits tie.
   */
  logit?(logits: tf.Tensor2D): tf.Tensor1D;
  /** Of `logit`; default: 1. */
  readonly logitScale?: number;
}

/**
 * A loss over the whole batch; not averaged by domain, and no part of the risk. It may own weights, which are trained, saved and averaged together with the
 * model's, and which evaluating a trained model does not need.
 */
export interface Auxiliary {
  readonly role: 'auxiliary';
  /**
   * Makes the weights that the loss owns, once, before the first step; absent: it has none. Outside they are named `losses/<name of the loss>/<name>`
   * (patterns of `train.freeze`, learning rates, `ascentGradients`). The run disposes them.
   */
  createWeights?(context: LossWeightsContext): Weights;
  /** Whether the value depends on `batch.progress`: a run that is extended by more epochs says then that it is not the same as one from the start. */
  readonly followsProgress?: boolean;
  /** Weighted already. Runs inside the objective's tidy. Differentiable in features, logits and the loss's own weights. */
  value(batch: AuxiliaryBatch): tf.Scalar;
  /**
   * Moves the statistics among the loss's own weights (`batch.weights.assign`): prototypes or memories that no gradient trains. Called once a step, after
   * `value`, at the weights before the step; never at ascending points. Runs inside the objective's tidy.
   */
  moveStatistics?(batch: AuxiliaryBatch): void;
}

/** What an auxiliary loss sees of a batch. The tensors belong to the objective. */
export interface AuxiliaryBatch {
  /** `[views * n, d]`: all first views, then all second views. */
  readonly features: tf.Tensor2D;
  /** `[views * n, logits]`, in the order of the features. Put together when it is first read. */
  readonly logits: tf.Tensor2D;
  /** Label of each of the n samples. */
  readonly labels: Int32Array;
  /** Index of each sample's source domain. */
  readonly domains: Int32Array;
  readonly views: number;
  /** Share of the run's steps that are done, 0 at the first step, below 1. The same in all evaluations of a step. */
  readonly progress: number;
  /** The loss's own weights, by the names that `createWeights` gave them; empty for a loss without it. */
  readonly weights: Weights;
}

/** What the weights of a loss are made for. */
export interface LossWeightsContext {
  /** d, the width of the model's features. */
  readonly features: number;
  /** The width of its logits. */
  readonly logits: number;
  /** Names of the run's source domains; batches refer to them by index. */
  readonly domains: readonly string[];
  /** Names of the classes, by label. */
  readonly classes: readonly string[];
  /** Random numbers for the initial value of a weight, by its name. */
  random(weight: string): Random;
}

/** Either the risk, of which an experiment has exactly one, or an auxiliary loss beside it. */
export type Loss = Risk | Auxiliary;

/** What a loss learns besides its options. */
export interface LossContext {
  /** Names of the classes, by label. */
  readonly classes: readonly string[];
}

/** A loss as a plugin offers it: its name, its options' schema, and how to make it. */
export interface LossDefinition<S extends TSchema = TSchema> extends Define<'loss', S, [context: LossContext], Loss> {
  /** The fewest views of a sample (`data.views`) that it needs; default: 1. An experiment with fewer is refused when it is read. */
  readonly views?: number;
  /** The metrics of an experiment that uses this loss and names none: `[{ use: 'hter' }]`. Absent: accuracy. */
  readonly metrics?: readonly Named[];
}

/**
 * A loss of a plugin: the risk, or an auxiliary loss. `lossChecks` of `@gradalign/core/testing` checks it against everything that a run relies on.
 *
 * @example
 * A risk:
 *
 * ```ts
 * import { defineLoss } from '@gradalign/core';
 * import { Type } from '@sinclair/typebox';
 * import * as tf from '@tensorflow/tfjs-core';
 *
 * export const squaredError = defineLoss({
 *   name: 'squared-error',
 *   summary: 'Squared distance between the probabilities and the label',
 *   options: Type.Object({}, { additionalProperties: false }),
 *   create: (_options, { classes }) => ({
 *     role: 'risk',
 *     logits: classes.length,
 *     perSample(logits, labels) {
 *       const expected = tf.cast(tf.oneHot(labels, classes.length), 'float32');
 *       return tf.sum(tf.square(tf.sub(tf.softmax(logits), expected)), 1) as tf.Tensor1D;
 *     },
 *     probabilities: (logits) => tf.softmax(logits),
 *   }),
 * });
 * ```
 *
 * @example
 * An auxiliary loss with weights of its own, one center for each class (Wen et al., ECCV 2016):
 *
 * ```ts
 * import { defineLoss, Weights } from '@gradalign/core';
 * import { Type } from '@sinclair/typebox';
 * import * as tf from '@tensorflow/tfjs-core';
 *
 * export const center = defineLoss({
 *   name: 'center',
 *   summary: 'Mean squared distance of the features from the center of their class',
 *   options: Type.Object({ weight: Type.Number({ minimum: 0, default: 0.01 }) }, { additionalProperties: false }),
 *   create: ({ weight }) => ({
 *     role: 'auxiliary',
 *     createWeights: ({ classes, features }) => new Weights({ centers: tf.zeros([classes.length, features]) }),
 *     value({ features, labels, views, weights }) {
 *       const own = tf.gather(weights.get('centers'), tf.tile(tf.tensor1d(labels, 'int32'), [views]));
 *       return tf.mul(tf.mean(tf.sum(tf.squaredDifference(features, own), 1)), weight) as tf.Scalar;
 *     },
 *   }),
 * });
 * ```
 */
export function defineLoss<const S extends TSchema>(definition: Omit<LossDefinition<S>, 'kind'>): LossDefinition<S> {
  return { kind: 'loss', ...definition };
}
