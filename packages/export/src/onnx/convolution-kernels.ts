import type { GraphNode, Value } from '../graph/graph.ts';
import { constantInput, type Lowering, type LowerKernel, shapeOf, unmapped } from './lowering.ts';
import type { OnnxTensor } from './onnx-graph.ts';

type Pair = readonly [number, number];

/** Convolutions and pooling, channels first. */
export const convolutionKernels: Readonly<Record<string, LowerKernel>> = {
  Conv2D: (node, lowering) => convolve(node, lowering, false),
  DepthwiseConv2dNative: (node, lowering) => convolve(node, lowering, true),
  FusedConv2D: (node, lowering) => activated(node, lowering, convolve(node, lowering, false)),
  FusedDepthwiseConv2D: (node, lowering) => activated(node, lowering, convolve(node, lowering, true)),
  MaxPool: (node, lowering) => pool(node, lowering, 'MaxPool'),
  AvgPool: (node, lowering) => pool(node, lowering, 'AveragePool'),
  'gradalign/globalAveragePool': (node, lowering) => {
    const x = lowering.channelsFirst(node.inputs['x'] as Value);
    const [n, , , channels] = shapeOf(node.inputs['x']) as [number, number, number, number];
    const pooled = lowering.builder.node('GlobalAveragePool', [x.name]);
    return lowering.add('Flatten', [pooled], [n, channels], false, { axis: 1 });
  },
};

function convolve(node: GraphNode, lowering: Lowering, depthwise: boolean): OnnxTensor {
  if ((node.attributes['dataFormat'] ?? 'NHWC') !== 'NHWC') return unmapped(node, 'takes channels first');
  const filter = constantInput(node, 'filter');
  const bias = node.inputs['bias'] && constantInput(node, 'bias');
  const [height, width, channels, out] = filter.shape as [number, number, number, number];
  const x = lowering.channelsFirst(node.inputs['x'] as Value);
  const outputs = depthwise ? channels * out : out;
  const name = filter.name ?? `${lowering.builder.layer}/kernel`;
  const kernel = lowering.builder.constant([outputs, depthwise ? 1 : channels, height, width], outputsFirst(filter, depthwise), name);
  const offset = bias ? [lowering.builder.constant([outputs], bias.data, `${lowering.builder.layer}/bias`)] : [];
  const size = windowOf(node, [height, width]);
  const group = depthwise ? channels : 1;
  return lowering.add('Conv', [x.name, kernel, ...offset], shapeOf(node.outputs[0]), true, { ...size, dilations: pair(node.attributes['dilations']), group });
}

/** [height, width, in, out] to [out, in, height, width]; depthwise [height, width, channels, multiplier] to [channels · multiplier, 1, height, width]. */
function outputsFirst({ shape, data }: Value & Required<Pick<Value, 'data'>>, depthwise: boolean): Float32Array {
  const [height, width, channels, out] = shape as [number, number, number, number];
  const turned = new Float32Array(data.length);
  for (let place = 0; place < height * width; place++)
    for (let c = 0; c < channels; c++)
      for (let o = 0; o < out; o++) {
        const at = depthwise ? (c * out + o) * height * width : (o * channels + c) * height * width;
        turned[at + place] = data[(place * channels + c) * out + o] as number;
      }
  return turned;
}

function pool(node: GraphNode, lowering: Lowering, op: 'MaxPool' | 'AveragePool'): OnnxTensor {
  const x = lowering.channelsFirst(node.inputs['x'] as Value);
  const size = pair(node.attributes['filterSize']);
  return lowering.add(op, [x.name], shapeOf(node.outputs[0]), true, windowOf(node, size));
}

/** Window, stride and the zeros on each side: written ones, folded ones, or those of TensorFlow's 'same', whose odd zero is on the bottom and right. */
function windowOf({ inputs, attributes, outputs, ...node }: GraphNode, size: Pair) {
  const strides = pair(attributes['strides']);
  const dilations = pair(attributes['dilations']);
  const { pad } = attributes;
  const around = attributes['around'] as readonly [Pair, Pair] | undefined;
  const [, ...lengths] = shapeOf(inputs['x']) as [number, number, number, number];
  const results = shapeOf(outputs[0]).slice(1, 3) as number[];
  const sides = [0, 1].map((axis): Pair => {
    if (around) return around[axis] as Pair;
    if (typeof pad === 'number') return [pad, pad];
    if (Array.isArray(pad)) return pad[axis + 1] as Pair;
    if (pad === 'valid') return [0, 0];
    if (pad !== 'same') return unmapped({ inputs, attributes, outputs, ...node }, `pads by ${JSON.stringify(pad)}`);
    const extent = ((size[axis] as number) - 1) * (dilations[axis] as number) + 1;
    const zeros = Math.max(((results[axis] as number) - 1) * (strides[axis] as number) + extent - (lengths[axis] as number), 0);
    return [Math.floor(zeros / 2), Math.ceil(zeros / 2)];
  }) as [Pair, Pair];
  const [rows, columns] = sides;
  return { kernel_shape: size, strides, pads: [rows[0], columns[0], rows[1], columns[1]] };
}

function activated(node: GraphNode, lowering: Lowering, made: OnnxTensor): OnnxTensor {
  const activation = node.attributes['activation'] ?? 'linear';
  if (activation === 'linear') return made;
  if (activation === 'relu') return lowering.add('Relu', [made.name], made.shape, true);
  if (activation === 'relu6') return lowering.add('Clip', [made.name, lowering.scalar(0), lowering.scalar(6)], made.shape, true);
  return unmapped(node, `has the fused activation ${String(activation)}`);
}

/** A number, or one for each direction; without it 1. */
function pair(value: unknown): Pair {
  return Array.isArray(value) ? [Number(value[0]), Number(value[1])] : [Number(value ?? 1), Number(value ?? 1)];
}
