import { type Model, type ModelContext, type Pass, Weights } from '@gradalign/core';
import { globalAveragePool } from '@gradalign/engine';
import * as tf from '@tensorflow/tfjs-core';
import { createHead, type HeadName } from './heads/create-head.ts';
import type { Layer, LayerWeights } from './layers/layer.ts';

/** What a network is made of. */
export interface NetworkOptions {
  /** Applied in order, each in a tidy of its own, so that only its output is kept. */
  readonly blocks: readonly Layer[];
  /** Output channels of the last block. */
  readonly features: number;
  readonly head: HeadName;
  /** The model's, see there. */
  readonly statisticsMomentum?: number;
}

/** Blocks, a global average (the features), a head. The caller disposes the model. */
export function createNetwork({ blocks, features, head: headName, ...momentum }: NetworkOptions, { logits, random }: ModelContext): Model {
  const head = createHead(headName, features, logits);
  const declared: LayerWeights = { parameters: {}, statistics: {} };
  for (const layer of [...blocks, head]) layer.declare(declared, random);
  const weights = new Weights(declared.parameters, declared.statistics);
  const map = (images: tf.Tensor4D, pass: Pass) => {
    let x = images;
    for (const block of blocks) x = applyBlock(block, x, weights, pass, x !== images);
    return x;
  };
  const output = (x: tf.Tensor4D, pass: Pass, owned: boolean) => {
    const features = globalAveragePool(x);
    if (owned) x.dispose();
    return { features, logits: head.apply(features, weights, pass) };
  };
  return {
    weights,
    takesGroups: true,
    ...momentum,
    apply(images, pass) {
      const x = map(images, pass);
      return output(x, pass, x !== images);
    },
    spatial: { map, output: (x, pass) => output(x, pass, false) },
    [Symbol.dispose]: () => weights[Symbol.dispose](),
  };
}

function applyBlock(block: Layer, x: tf.Tensor4D, weights: Weights, pass: Pass, owned: boolean): tf.Tensor4D {
  const y = tf.tidy(() => block.apply(x, weights, pass));
  if (owned && y !== x) x.dispose();
  return y;
}
