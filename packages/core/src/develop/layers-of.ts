import { recordTape } from '@gradalign/engine';
import * as tf from '@tensorflow/tfjs-core';
import type { Model } from '../contracts/model.ts';

/** A part of a network: the weights that share a path, `layer1/0/conv1` of `layer1/0/conv1/kernel`. */
export interface Layer {
  readonly name: string;
  /** Shape of the first tensor that the weights and the images make together, for one image; absent where the outputs do not depend on the weights. */
  readonly output?: readonly number[];
  /** Parameters and their shapes, by name without the path. */
  readonly parameters: Readonly<Record<string, readonly number[]>>;
  /** Numbers in all parameters, and in the measured statistics. */
  readonly size: number;
  readonly statistics: number;
}

/** The layers of a network, in the order in which a pass comes to them; those that it does not come to stand last. */
export function layersOf({ weights, apply }: Model, image: readonly [height: number, width: number, channels: number]): readonly Layer[] {
  const names = new Map([...weights.parameters].map(([name, variable]) => [variable.id, pathOf(name)]));
  const outputs = new Map<string, readonly number[]>();
  const images = tf.zeros([1, ...image]) as tf.Tensor4D;
  const { result, tape } = recordTape(() => ({ ...apply(images, { training: false }) }), { sources: [images, ...weights.parameters.values()] });
  // Tensors made of weights alone, such as normalized kernels, belong to the layer; the others carry what became of the images.
  const madeOf = new Map(names);
  for (const { inputs, outputs: made } of tape.operations) {
    const layers = inputs.flatMap((id) => madeOf.get(id) ?? []);
    if (layers.length === inputs.length && layers.length > 0) for (const { id } of made) madeOf.set(id, layers[0] as string);
    else for (const layer of layers) if (!outputs.has(layer) && made[0]) outputs.set(layer, made[0].shape);
  }
  tape.dispose();
  tf.dispose([images, ...Object.values(result)]);
  const all = [...new Set(names.values())];
  const order = [...outputs.keys(), ...all.filter((name) => !outputs.has(name))];
  return order.map((name): Layer => {
    const own = [...weights.parameters].filter(([weight]) => pathOf(weight) === name);
    const output = outputs.get(name);
    return {
      name,
      ...(output ? { output: output.slice(1) } : {}),
      parameters: Object.fromEntries(own.map(([weight, { shape }]) => [weight.slice(name.length + 1) || weight, shape])),
      size: own.reduce((sum, [, { size }]) => sum + size, 0),
      statistics: [...weights.statistics].reduce((sum, [weight, { size }]) => sum + (pathOf(weight) === name ? size : 0), 0),
    };
  });
}

function pathOf(weight: string): string {
  return weight.includes('/') ? weight.slice(0, weight.lastIndexOf('/')) : weight;
}
