import type { TSchema } from '@sinclair/typebox';
import type * as tf from '@tensorflow/tfjs-core';
import type { Named } from './named.ts';
import type { Define } from './plugin.ts';

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

/** A loss over the whole batch, on the features; not averaged by domain, and no part of the risk. */
export interface Auxiliary {
  readonly role: 'auxiliary';
  /** Weighted already. */
  value(batch: AuxiliaryBatch): tf.Scalar;
}

/** What an auxiliary loss sees of a batch. The tensors belong to the objective. */
export interface AuxiliaryBatch {
  /** `[views * n, d]`: all first views, then all second views. */
  readonly features: tf.Tensor2D;
  /** Label of each of the n samples. */
  readonly labels: Int32Array;
  /** Index of each sample's source domain. */
  readonly domains: Int32Array;
  readonly views: number;
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
 * A loss of a plugin: the risk, or an auxiliary loss.
 *
 * @example
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
 */
export function defineLoss<const S extends TSchema>(definition: Omit<LossDefinition<S>, 'kind'>): LossDefinition<S> {
  return { kind: 'loss', ...definition };
}
