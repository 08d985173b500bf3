import { relu6 } from '@gradalign/engine';
import type { Layer } from './layer.ts';

/** min(max(., 0), 6) behind a layer. */
export function withRelu6(layer: Layer): Layer {
  return {
    declare: (into, random) => layer.declare(into, random),
    apply: (x, weights, pass) => relu6(layer.apply(x, weights, pass)),
  };
}
