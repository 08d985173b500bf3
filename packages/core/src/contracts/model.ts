import type { Static, TSchema } from '@sinclair/typebox';
import type * as tf from '@tensorflow/tfjs-core';
import type { Define } from './plugin.ts';
import type { Random } from './seed.ts';
import type { Weights } from './weights.ts';

export interface ModelOutput {
  /** [n, d], what an auxiliary loss sees. */
  readonly features: tf.Tensor2D;
  /** [n, logits]. */
  readonly logits: tf.Tensor2D;
}

/** How a forward pass is meant. */
export interface Pass {
  /** True: batch norm uses the batch's own statistics. False: the running ones. */
  readonly training: boolean;
  /**
   * In a training pass: how many of the images each group has, in order. Batch norm measures and normalises each group apart, as if it went through
   * alone, and hands over statistics for each. Given only to models with `takesGroups`.
   */
  readonly groups?: readonly number[];
  /**
   * In a training pass each batch norm hands its batch mean and UNBIASED batch variance here, under the names of its running statistics.
   * The objective moves the running statistics, once a step. The model keeps no reference; the tensors belong to the pass.
   */
  statistics?(names: { readonly mean: string; readonly variance: string }, mean: tf.Tensor1D, variance: tf.Tensor1D): void;
}

/** A network: named weights, and a pure function of them. */
export interface Model extends Disposable {
  readonly weights: Weights;
  /** Whether `apply` heeds `groups` of a pass. Without it several groups cost a pass each. */
  readonly takesGroups?: boolean;
  /** Share of the new value when the objective moves the running statistics, 0..1; default: PyTorch's 0.1. */
  readonly statisticsMomentum?: number;
  /** images: [n, size, size, channels], normalised. Runs inside the caller's tidy; must not dispose its inputs. */
  apply(images: tf.Tensor4D, pass: Pass): ModelOutput;
}

export interface ModelContext {
  /** Input side in pixels, and channels (as many as the experiment's `image.mean` has). */
  readonly image: { readonly size: number; readonly channels: number };
  /** How many logits the head gives: the risk says so. */
  readonly logits: number;
  /** Draws the initial weights. A layer draws from `random(name of its weight)`, so that adding a layer changes no other. */
  random(weight: string): Random;
}

export interface ModelDefinition<S extends TSchema = TSchema> extends Define<'model', S, [context: ModelContext], Model | Promise<Model>> {
  /** What a user should know before he trains from where these options start, such as that published recipes start elsewhere; undefined: nothing. */
  startAdvice?(options: Static<S>): string | undefined;
}

/**
 * A model of a plugin.
 *
 * @example
 * ```ts
 * import { defineModel, Weights } from '@gradalign/core';
 * import { Type } from '@sinclair/typebox';
 * import * as tf from '@tensorflow/tfjs-core';
 *
 * export const linear = defineModel({
 *   name: 'linear',
 *   summary: 'One dense layer on the pixels',
 *   options: Type.Object({ deviation: Type.Number({ minimum: 0, default: 0.01 }) }, { additionalProperties: false }),
 *   create({ deviation }, { image, logits, random }) {
 *     const inputs = image.size * image.size * image.channels;
 *     const draw = random('head/kernel');
 *     const kernel = Float32Array.from({ length: inputs * logits }, () => deviation * draw.normal());
 *     const weights = new Weights({ 'head/kernel': tf.tensor2d(kernel, [inputs, logits]) });
 *     return {
 *       weights,
 *       apply(images) {
 *         const features = tf.reshape(images, [-1, inputs]) as tf.Tensor2D;
 *         return { features, logits: tf.dot(features, weights.get('head/kernel')) as tf.Tensor2D };
 *       },
 *       [Symbol.dispose]: () => weights[Symbol.dispose](),
 *     };
 *   },
 * });
 * ```
 */
export function defineModel<const S extends TSchema>(definition: Omit<ModelDefinition<S>, 'kind'>): ModelDefinition<S> {
  return { kind: 'model', ...definition };
}
