import type { TSchema } from '@sinclair/typebox';
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
   * In a training pass: how many of the images each group has, in order. Batch norm measures and normalizes each group apart, as if it went through
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
  /** images: [n, size, size, channels], normalized. Runs inside the caller's tidy; must not dispose its inputs. */
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

export interface ModelDefinition<S extends TSchema = TSchema> extends Define<'model', S, [context: ModelContext], Model | Promise<Model>> {}

export function defineModel<const S extends TSchema>(definition: Omit<ModelDefinition<S>, 'kind'>): ModelDefinition<S> {
  return { kind: 'model', ...definition };
}
