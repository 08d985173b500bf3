import { convolution } from './convolution.ts';
import type { Layer } from './layer.ts';
import { normalization } from './normalization.ts';
import { type ResidualBlockOptions, shortcut } from './shortcut.ts';

/**
 * torchvision's Bottleneck: 1x1 to a quarter of the output channels, 3x3 with the stride, 1x1 back, each with batch norm, beside a shortcut. (He et al.
 * stride the first 1x1 instead; torchvision's place is known as ResNet v1.5.)
 */
export function bottleneckBlock({ name, inputs, outputs, stride }: ResidualBlockOptions): Layer {
  const width = outputs / 4;
  const conv1 = convolution({ name: `${name}/conv1`, inputs, outputs: width, size: 1 });
  const bn1 = normalization(`${name}/bn1`, width);
  const conv2 = convolution({ name: `${name}/conv2`, inputs: width, outputs: width, size: 3, stride, pad: 1 });
  const bn2 = normalization(`${name}/bn2`, width);
  const conv3 = convolution({ name: `${name}/conv3`, inputs: width, outputs, size: 1 });
  const bn3 = normalization(`${name}/bn3`, outputs);
  const beside = shortcut({ name, inputs, outputs, stride });
  return {
    declare(into, random) {
      for (const layer of [conv1, bn1, conv2, bn2, conv3, bn3, beside]) layer.declare(into, random);
    },
    apply(x, weights, pass) {
      const first = bn1.apply(conv1.apply(x, weights, pass), weights, pass, { relu: true });
      const second = bn2.apply(conv2.apply(first, weights, pass), weights, pass, { relu: true });
      const summand = beside.apply(x, weights, pass);
      return bn3.apply(conv3.apply(second, weights, pass), weights, pass, { summand, relu: true });
    },
  };
}
