import { Type } from '@sinclair/typebox';
import type * as tf from '@tensorflow/tfjs-core';
import type { Layer } from '../layers/layer.ts';
import { cosineHead } from './cosine.ts';
import { linearHead } from './linear.ts';

/** From features [n, d] to logits [n, logits]. */
export type Head = Layer<tf.Tensor2D, tf.Tensor2D>;

const heads = { cosine: cosineHead, linear: linearHead } as const satisfies Record<string, (features: number, logits: number) => Head>;
export type HeadName = keyof typeof heads;

/** The option that every model has. */
export const headOption = Type.Unsafe<HeadName>({
  type: 'string',
  enum: Object.keys(heads),
  default: 'cosine',
  description: 'cosine: angle between features and class weights, within -1..1 (needs a logitScale in the loss); linear: ordinary dense layer',
});

export function createHead(name: HeadName, features: number, logits: number): Head {
  return heads[name](features, logits);
}
