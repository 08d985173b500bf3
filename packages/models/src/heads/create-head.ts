import { Type } from '@sinclair/typebox';
import { cosineHead } from './cosine-head.ts';
import type { Head } from './head.ts';
import { linearHead } from './linear-head.ts';

const heads = { cosine: cosineHead, linear: linearHead } as const satisfies Record<string, (features: number, logits: number) => Head>;

/** The heads that every model offers. */
export type HeadName = keyof typeof heads;

/** The option `head`, which every model has. */
export const headOption = Type.Unsafe<HeadName>({
  type: 'string',
  enum: Object.keys(heads),
  default: 'cosine',
  description: 'cosine: angle between features and class weights, within -1..1 (needs a logitScale in the loss); linear: ordinary dense layer',
});

/** A head from `features` inputs to `logits` outputs. */
export function createHead(name: HeadName, features: number, logits: number): Head {
  return heads[name](features, logits);
}
