import { convolution } from './convolution.ts';
import { depthwiseConvolution } from './depthwise-convolution.ts';
import type { Layer } from './layer.ts';
import { normalization } from './normalization.ts';
import { sequence } from './sequence.ts';
import { withRelu6 } from './with-relu6.ts';

/** Names of a convolution and of the batch norm behind it. */
export interface NormedNames {
  readonly conv: string;
  readonly bn: string;
}

export interface InvertedResidualOptions {
  readonly inputs: number;
  readonly outputs: number;
  /** Channels in between, as a multiple of the inputs; at 1 nothing is expanded. */
  readonly expansion: number;
  /** Side of the depthwise kernel, in pixels. */
  readonly size: number;
  readonly stride: number;
  /** Of the depthwise convolution. */
  readonly pad: number | 'same';
  /** Of the batch norms; default: PyTorch's. */
  readonly epsilon?: number;
  readonly names: { readonly expand: NormedNames; readonly depthwise: NormedNames; readonly project: NormedNames };
}

/**
 * 1x1 convolution to more channels, depthwise convolution, each with batch norm and ReLU6; 1x1 convolution to few channels with batch norm alone; plus its
 * input where shapes agree (Sandler et al., MobileNetV2, CVPR 2018, arXiv 1801.04381, table 1).
 */
export function invertedResidual({ inputs, outputs, expansion, size, stride, pad, epsilon, names }: InvertedResidualOptions): Layer {
  const hidden = inputs * expansion;
  const expand = [convolution({ name: names.expand.conv, inputs, outputs: hidden, size: 1 }), withRelu6(normalization(names.expand.bn, hidden, epsilon))];
  const inner = sequence([
    ...(expansion === 1 ? [] : expand),
    depthwiseConvolution({ name: names.depthwise.conv, channels: hidden, size, stride, pad }),
    withRelu6(normalization(names.depthwise.bn, hidden, epsilon)),
    convolution({ name: names.project.conv, inputs: hidden, outputs, size: 1 }),
  ]);
  const last = normalization(names.project.bn, outputs, epsilon);
  const shortcut = stride === 1 && inputs === outputs;
  return {
    declare(into, random) {
      inner.declare(into, random);
      last.declare(into, random);
    },
    apply: (x, weights, pass) => last.apply(inner.apply(x, weights, pass), weights, pass, shortcut ? { summand: x } : {}),
  };
}
