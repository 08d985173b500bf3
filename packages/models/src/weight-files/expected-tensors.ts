import type { Model, ModelContext } from '@gradalign/core';
import type { Network } from '../define-network.ts';
import { nameInPytorch } from '../torchvision-names.ts';

/** A tensor that a network has. */
export interface ExpectedTensor {
  /** In PyTorch. */
  readonly name: string;
  /** In PyTorch's layout. */
  readonly shape: readonly number[];
}

/** Draws nothing: only names and shapes are of interest. */
const nothing = (() => {
  const zero = () => 0;
  return {
    uniform: zero,
    integer: zero,
    normal: zero,
    chance: () => false,
    pick: <T>(items: readonly T[]) => items[0] as T,
    shuffle: <T>(items: readonly T[]) => [...items],
  };
})();

const context: ModelContext = { image: { size: 224, channels: 3 }, logits: 1, random: () => nothing };

/** All of a network's tensors but its head's, in its order. Needs a loaded engine. */
export function expectedTensors({ create, pytorch }: Network): readonly ExpectedTensor[] {
  using model = create({ head: 'cosine', strict: true }, context) as Model;
  const { parameters, statistics } = model.weights;
  return [...parameters, ...statistics].flatMap(([own, { shape }]) => {
    if (own.startsWith('head/')) return [];
    const name = nameInPytorch(own, pytorch.classifier);
    return [{ name, shape: shape.length === 4 ? hwioToOihw(shape) : shape }];
  });
}

function hwioToOihw([height, width, inputs, outputs]: readonly number[]): number[] {
  return [outputs, inputs, height, width] as number[];
}
