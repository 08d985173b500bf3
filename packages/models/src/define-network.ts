import { defineModel, type ModelDefinition } from '@gradalign/core';
import { Type } from '@sinclair/typebox';
import { headOption } from './heads/create-head.ts';
import type { Layer } from './layers/layer.ts';
import { loadWeights } from './load-weights.ts';
import { createNetwork } from './network.ts';

const options = Type.Object(
  {
    head: headOption,
    weights: Type.Optional(Type.String({ format: 'path', description: "safetensors file in torchvision's naming, or the model.safetensors of a checkpoint" })),
    strict: Type.Boolean({ default: true, description: 'false: accept a missing head or one of another shape, and ignore surplus tensors' }),
  },
  { additionalProperties: false },
);

/** The options of every published network. */
export type NetworkItemOptions = typeof options;

/** A network as it was published. */
export interface NetworkDefinition {
  readonly name: string;
  readonly summary: string;
  readonly paper: string;
  /** Channels of the last block. */
  readonly features: number;
  /** Share of the new value when running statistics move; default: PyTorch's 0.1. */
  readonly statisticsMomentum?: number;
  /** From the images' channels to the last block, in order. */
  blocks(channels: number): readonly Layer[];
}

/** A model item whose weights may come from a file. */
export function defineNetwork({ name, summary, paper, features, statisticsMomentum, blocks }: NetworkDefinition): ModelDefinition<NetworkItemOptions> {
  return defineModel({
    name,
    summary,
    paper,
    options,
    create({ head, weights, strict }, context) {
      const momentum = statisticsMomentum === undefined ? {} : { statisticsMomentum };
      const model = createNetwork({ blocks: blocks(context.image.channels), features, head, ...momentum }, context);
      try {
        if (weights !== undefined) loadWeights(model.weights, weights, { strict });
      } catch (error) {
        model[Symbol.dispose]();
        throw error;
      }
      return model;
    },
  });
}
