import { convolution } from './convolution.ts';
import type { Layer } from './layer.ts';
import { normalization } from './normalization.ts';
import { type ResidualBlockOptions, shortcut } from './shortcut.ts';

/** torchvision's BasicBlock: two 3x3 convolutions with batch norm beside a shortcut, which is a strided 1x1 convolution where shapes differ. */
export function residualBlock({ name, inputs, outputs, stride }: ResidualBlockOptions): Layer {
  const conv1 = convolution({ name: `${name}/conv1`, inputs, outputs, size: 3, stride, pad: 1 });
  const bn1 = normalization(`${name}/bn1`, outputs);
  const conv2 = convolution({ name: `${name}/conv2`, inputs: outputs, outputs, size: 3, pad: 1 });
  const bn2 = normalization(`${name}/bn2`, outputs);
  const beside = shortcut({ name, inputs, outputs, stride });
  return {
    declare(into, random) {
      for (const layer of [conv1, bn1, conv2, bn2, beside]) layer.declare(into, random);
    },
    apply(x, weights, pass) {
      const inner = bn1.apply(conv1.apply(x, weights, pass), weights, pass, { relu: true });
      const summand = beside.apply(x, weights, pass);
      return bn2.apply(conv2.apply(inner, weights, pass), weights, pass, { summand, relu: true });
    },
  };
}
