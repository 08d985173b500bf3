import type { Static, TSchema } from '@sinclair/typebox';
import type * as tf from '@tensorflow/tfjs-core';
import type { Define } from './plugin.ts';
import type { Random } from './seed.ts';
import type { Weights } from './weights.ts';

/** What a forward pass over n images returns. */
export interface ModelOutput {
  /** [n, d], the input of auxiliary losses. */
  readonly features: tf.Tensor2D;
  /** [n, logits], the input of the risk. */
  readonly logits: tf.Tensor2D;
}

/** How a forward pass is run. */
export interface Pass {
  /** True: batch norm uses the statistics of the batch. False: its running statistics. */
  readonly training: boolean;
  /**
   * In a training pass: the number of images in each group, in order. Batch norm measures and normalizes each group separately, as if it were a batch
   * of its own, and reports statistics for each. Given only to models with `takesGroups`.
   */
  readonly groups?: readonly number[];
  /**
   * In a training pass each batch norm reports its batch mean and UNBIASED batch variance here, under the names of its running statistics; both
   * [channels]. The objective moves the running statistics, once per step. The model keeps no reference; the tensors belong to the pass.
   */
  statistics?(names: { readonly mean: string; readonly variance: string }, mean: tf.Tensor1D, variance: tf.Tensor1D): void;
}

/** The forward pass cut at the last map that still has places in the image: `output(map(images))` is `apply(images)`. */
export interface SpatialHalves {
  /** From the images to the last spatial map, [n, height, width, channels]. */
  map(images: tf.Tensor4D, pass: Pass): tf.Tensor4D;
  /** From that map to what `apply` returns, differentiable in the map. */
  output(map: tf.Tensor4D, pass: Pass): ModelOutput;
}

/** A network: named weights, and a pure function of them. */
export interface Model extends Disposable {
  /** Disposed with the model. */
  readonly weights: Weights;
  /** Whether `apply` supports the `groups` of a pass. Without it each group costs a pass of its own. */
  readonly takesGroups?: boolean;
  /** Share of the new value when the objective moves the running statistics, 0..1; default: PyTorch's 0.1. */
  readonly statisticsMomentum?: number;
  /**
   * The forward pass: a pure function of the weights and the images, differentiable in the weights. Runs inside the caller's tidy, which disposes what
   * it creates; must not dispose its inputs.
   *
   * @param images [n, size, size, channels], normalized
   */
  apply(images: tf.Tensor4D, pass: Pass): ModelOutput;
  /** Shows where the network looked (see `gradCam`); absent in networks without a spatial map. Training does not use it. */
  readonly spatial?: SpatialHalves;
}

/** What a model is built for. */
export interface ModelContext {
  /** Side of the square input in pixels, and its channels (as many as the experiment's `image.mean` has: 1 or 3). */
  readonly image: { readonly size: number; readonly channels: number };
  /** How many logits the head outputs: what the risk asks for. */
  readonly logits: number;
  /** Random numbers for the initial value of a weight, by its name, so that adding a layer does not change the others. */
  random(weight: string): Random;
}

/** A model as a plugin offers it: its name, its options' schema, and how to make it. */
export interface ModelDefinition<S extends TSchema = TSchema> extends Define<'model', S, [context: ModelContext], Model | Promise<Model>> {
  /** What a user should know before he trains from where these options start, such as that published recipes start elsewhere; undefined: nothing. A warning of the experiment. */
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
