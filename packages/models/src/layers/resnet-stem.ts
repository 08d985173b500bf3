import { maxPool } from '@gradalign/engine';
import { convolution } from './convolution.ts';
import type { Layer } from './layer.ts';
import { normalization } from './normalization.ts';

/** conv1 7x7 with stride 2, bn1, ReLU, max pool 3x3 with stride 2: 64 channels. */
export function resnetStem(channels: number): Layer {
  const conv1 = convolution({ name: 'conv1', inputs: channels, outputs: 64, size: 7, stride: 2, pad: 3 });
  const bn1 = normalization('bn1', 64);
  return {
    declare(into, random) {
      conv1.declare(into, random);
      bn1.declare(into, random);
    },
    apply: (x, weights, pass) => maxPool(bn1.apply(conv1.apply(x, weights, pass), weights, pass, { relu: true }), 3, 2, 1),
  };
}
