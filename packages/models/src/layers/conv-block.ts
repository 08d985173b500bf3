import { type ConvolutionOptions, convolution } from './convolution.ts';
import type { Layer } from './layer.ts';
import { normalization } from './normalization.ts';

/** Convolution, batch norm, ReLU: weights `<name>/conv/...` and `<name>/bn/...`. */
export function convBlock({ name, ...options }: ConvolutionOptions): Layer {
  const conv = convolution({ ...options, name: `${name}/conv` });
  const norm = normalization(`${name}/bn`, options.outputs);
  return {
    declare(into, random) {
      conv.declare(into, random);
      norm.declare(into, random);
    },
    apply: (x, weights, pass) => norm.apply(conv.apply(x, weights, pass), weights, pass, { relu: true }),
  };
}
