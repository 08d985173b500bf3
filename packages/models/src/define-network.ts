import { defineModel, type ModelDefinition } from '@gradalign/core';
import { Type } from '@sinclair/typebox';
import { headOption } from './heads/create-head.ts';
import type { Layer } from './layers/layer.ts';
import { loadWeights } from './load-weights.ts';
import { createNetwork } from './network.ts';
import type { PublishedWeights } from './published/published-weights.ts';
import { startAdvice } from './published/start-advice.ts';
import { publishedOption, weightsOfOption } from './published/weights-of-option.ts';

const options = Type.Object(
  {
    head: headOption,
    weights: Type.Optional(
      Type.String({
        format: 'path',
        examples: ['imagenet'],
        description: "safetensors file in torchvision's naming, or the model.safetensors of a checkpoint; imagenet: installed by gradalign weights install",
      }),
    ),
    strict: Type.Boolean({ default: true, description: 'false: accept a missing head or one of another shape, and ignore surplus tensors' }),
  },
  { additionalProperties: false },
);

/** The options of every published network. */
export type NetworkItemOptions = typeof options;

/** How PyTorch's implementations name a network's tensors, apart from dots for slashes. */
export interface PytorchNaming {
  /** Module of the last layer: `fc`. */
  readonly classifier: string;
  /** The network's first weight, under our name: files are known by it. */
  readonly first: string;
  /** From its tensors' names here to those of other implementations, one function each: `features.1.conv.0.0.weight` is `features.1.conv.0.weight` there. */
  readonly otherNames?: readonly ((name: string) => string)[];
}

/** A model item that knows its tensors' names in PyTorch. */
export interface Network extends ModelDefinition<NetworkItemOptions> {
  readonly pytorch: PytorchNaming;
  readonly published: readonly PublishedWeights[];
}

/** A network as it was published. */
export interface NetworkDefinition {
  readonly name: string;
  readonly summary: string;
  readonly paper: string;
  /** Channels of the last block. */
  readonly features: number;
  /** Share of the new value when running statistics move; default: PyTorch's 0.1. */
  readonly statisticsMomentum?: number;
  readonly pytorch: PytorchNaming;
  /** Weights that can be installed. */
  readonly published?: readonly PublishedWeights[];
  /** From the images' channels to the last block, in order. */
  blocks(channels: number): readonly Layer[];
}

/** A model item whose weights may come from a file. */
export function defineNetwork({ name, summary, paper, features, statisticsMomentum, pytorch, published = [], blocks }: NetworkDefinition): Network {
  const definition = defineModel({
    name,
    summary,
    paper,
    options,
    startAdvice: ({ weights }) => (weights === undefined ? startAdvice(name, published) : undefined),
    check({ weights }) {
      if (weights !== undefined) publishedOption(name, published, weights);
    },
    create({ head, weights, strict }, context) {
      const momentum = statisticsMomentum === undefined ? {} : { statisticsMomentum };
      const model = createNetwork({ blocks: blocks(context.image.channels), features, head, ...momentum }, context);
      try {
        if (weights !== undefined) {
          const { file, isPublished } = weightsOfOption(name, published, weights);
          // Published ones come with a last layer for other classes, or with none.
          loadWeights(model.weights, file, { strict: strict && !isPublished });
        }
      } catch (error) {
        model[Symbol.dispose]();
        throw error;
      }
      return model;
    },
  });
  return { ...definition, pytorch, published };
}
