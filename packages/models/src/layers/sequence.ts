import type { Layer } from './layer.ts';

/** One layer after another. */
export function sequence(layers: readonly Layer[]): Layer {
  return {
    declare(into, random) {
      for (const layer of layers) layer.declare(into, random);
    },
    apply: (x, weights, pass) => layers.reduce((y, layer) => layer.apply(y, weights, pass), x),
  };
}
