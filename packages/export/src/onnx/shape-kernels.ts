import type { Dimension, GraphNode, Value } from '../graph/graph.ts';
import { type Lowering, type LowerKernel, shapeOf, unmapped } from './lowering.ts';
import type { OnnxTensor } from './onnx-graph.ts';

/** Where the axes of [n, height, width, channels] are in [n, channels, height, width]. */
const placeOfAxis = [0, 2, 3, 1] as const;

/** Larger than any axis: ONNX cuts it to the end. */
const toTheEnd = 2 ** 31 - 1;

/** Kernels that move, join, cut, sum or multiply along axes. */
export const shapeKernels: Readonly<Record<string, LowerKernel>> = {
  Reshape: (node, lowering) => reshape(node, lowering, 'x'),
  ExpandDims: (node, lowering) => reshape(node, lowering, 'input'),
  Cast: (node, lowering) => {
    if (node.outputs[0]?.dtype !== 'float32') return unmapped(node, `casts to ${node.outputs[0]?.dtype}`);
    return lowering.read(node.inputs['x'] as Value);
  },
  Transpose: (node, lowering) => {
    const x = lowering.plain(node.inputs['x'] as Value);
    return lowering.add('Transpose', [x.name], shapeOf(node.outputs[0]), false, { perm: node.attributes['perm'] as number[] });
  },
  PadV2: (node, lowering) => {
    const paddings = node.attributes['paddings'] as [number, number][];
    const x = lowering.read(node.inputs['x'] as Value);
    const ordered = x.channelsFirst ? ([0, 3, 1, 2] as const).map((axis) => paddings[axis] as [number, number]) : paddings;
    const amounts = lowering.integers([...ordered.map(([before]) => before), ...ordered.map(([, after]) => after)]);
    return lowering.add('Pad', [x.name, amounts, lowering.scalar(Number(node.attributes['constantValue'] ?? 0))], shapeOf(node.outputs[0]), x.channelsFirst);
  },
  Concat: (node, lowering) => {
    const values = Object.values(node.inputs);
    const shape = shapeOf(node.outputs[0]);
    const axis = positive(Number(node.attributes['axis']), shape);
    const images = shape.length === 4 && values.some((value) => !value.data && lowering.read(value).channelsFirst);
    const inputs = values.map((value) => (images ? lowering.channelsFirst(value) : lowering.plain(value)).name);
    return lowering.add('Concat', inputs, shape, images, { axis: images ? (placeOfAxis[axis] as number) : axis });
  },
  Pack: (node, lowering) => {
    const shape = shapeOf(node.outputs[0]);
    const axis = positive(Number(node.attributes['axis'] ?? 0), shape);
    const axes = lowering.integers([axis]);
    const inputs = Object.values(node.inputs).map((value) => lowering.builder.node('Unsqueeze', [lowering.plain(value).name, axes]));
    return lowering.add('Concat', inputs, shape, false, { axis });
  },
  Unpack: (node, lowering) => {
    const x = lowering.plain(node.inputs['value'] as Value);
    const axis = positive(Number(node.attributes['axis'] ?? 0), x.shape);
    if (x.shape[axis] === 'n') return unmapped(node, 'takes the images of a batch apart');
    return node.outputs.map(({ shape }, i) =>
      lowering.add('Gather', [x.name, lowering.builder.constant([], BigInt64Array.of(BigInt(i)))], shape, false, { axis }),
    );
  },
  SplitV: (node, lowering) => {
    const x = lowering.plain(node.inputs['x'] as Value);
    const axis = positive(Number(node.attributes['axis'] ?? 0), x.shape);
    const sizes = node.outputs.map(({ shape }) => shape[axis]);
    if (sizes.includes('n') || x.shape[axis] === 'n') return unmapped(node, 'takes the images of a batch apart');
    const names = lowering.builder.nodes('Split', [x.name, lowering.integers(sizes as number[])], sizes.length, { axis });
    return node.outputs.map(({ shape }, i) => ({ name: names[i] as string, shape, channelsFirst: false }));
  },
  Slice: (node, lowering) => {
    const x = lowering.plain(node.inputs['x'] as Value);
    const begin = [node.attributes['begin'] as number | number[]].flat();
    const shape = shapeOf(node.outputs[0]);
    const ends = shape.map((length, axis) => (length === 'n' ? toTheEnd : (begin[axis] ?? 0) + length));
    if (shape.some((length, axis) => (length === 'n' && (begin[axis] ?? 0) !== 0) || (x.shape[axis] === 'n' && length !== 'n')))
      return unmapped(node, 'takes the images of a batch apart');
    const starts = lowering.integers(shape.map((_, axis) => begin[axis] ?? 0));
    return lowering.add('Slice', [x.name, starts, lowering.integers(ends), lowering.integers(shape.map((_, axis) => axis))], shape, false);
  },
  Mean: (node, lowering) => reduce(node, lowering, 'ReduceMean'),
  Sum: (node, lowering) => reduce(node, lowering, 'ReduceSum'),
  Max: (node, lowering) => reduce(node, lowering, 'ReduceMax'),
  Min: (node, lowering) => reduce(node, lowering, 'ReduceMin'),
  Softmax: (node, lowering) => alongLast(node, lowering, 'Softmax', 'logits', 'dim'),
  LogSoftmax: (node, lowering) => alongLast(node, lowering, 'LogSoftmax', 'logits', 'axis'),
  BatchMatMul: (node, lowering) => multiply(node, lowering),
  _FusedMatMul: (node, lowering) => {
    const product = multiply(node, lowering);
    const { bias } = node.inputs;
    const sum = bias ? lowering.add('Add', [product.name, lowering.plain(bias).name], product.shape, false) : product;
    const activation = node.attributes['activation'] ?? 'linear';
    if (activation === 'linear') return sum;
    if (activation === 'relu') return lowering.add('Relu', [sum.name], sum.shape, false);
    if (activation === 'relu6') return lowering.add('Clip', [sum.name, lowering.scalar(0), lowering.scalar(6)], sum.shape, false);
    if (activation === 'sigmoid') return lowering.add('Sigmoid', [sum.name], sum.shape, false);
    return unmapped(node, `has the fused activation ${String(activation)}`);
  },
  'gradalign/reverseGradient': (node, lowering) => lowering.read(node.inputs['x'] as Value),
  'gradalign/l2Normalize': (node, lowering) => {
    const x = lowering.plain(node.inputs['x'] as Value);
    const norm = lowering.builder.node('ReduceL2', [x.name], { axes: [Number(node.attributes['axis'])], keepdims: 1 });
    const divisor = lowering.builder.node('Max', [norm, lowering.scalar(Number(node.attributes['epsilon']))]);
    return lowering.add('Div', [x.name, divisor], shapeOf(node.outputs[0]), false);
  },
};

function reshape(node: GraphNode, lowering: Lowering, input: string): OnnxTensor {
  const value = node.inputs[input] as Value;
  const shape = shapeOf(node.outputs[0]);
  const known = lowering.read(value);
  // A map of one place has its numbers in one order only.
  const x = known.channelsFirst && value.shape[1] === 1 && value.shape[2] === 1 ? known : lowering.plain(value);
  if (shape.filter((length) => length === 'n').length > 1) return unmapped(node, 'has the batch on two axes');
  return lowering.add('Reshape', [x.name, lowering.integers(shape.map((length) => (length === 'n' ? -1 : length)))], shape, false);
}

function reduce(node: GraphNode, lowering: Lowering, op: string): OnnxTensor {
  const value = node.inputs['x'] as Value;
  const asked = (node.attributes['reductionIndices'] ?? node.attributes['axis'] ?? value.shape.map((_, axis) => axis)) as number | number[];
  const axes = [asked].flat().map((axis) => positive(axis, value.shape));
  const keep = node.attributes['keepDims'] === true;
  if (axes.some((axis) => value.shape[axis] === 'n')) return unmapped(node, 'reduces over the images of a batch');
  const known = lowering.read(value);
  const left = placeOfAxis.filter((_, axis) => !axes.includes(axis));
  const sameOrder = left.every((place, i) => i === 0 || place > (left[i - 1] as number));
  const images = known.channelsFirst && (keep || sameOrder);
  const x = images ? known : lowering.plain(value);
  const places = images ? axes.map((axis) => placeOfAxis[axis] as number) : axes;
  const shape = shapeOf(node.outputs[0]);
  const keepdims = keep ? 1 : 0;
  if (op === 'ReduceSum') return lowering.add(op, [x.name, lowering.integers(places)], shape, images && keep, { keepdims });
  return lowering.add(op, [x.name], shape, images && keep, { axes: places, keepdims });
}

function alongLast(node: GraphNode, lowering: Lowering, op: string, input: string, attribute: string): OnnxTensor {
  const x = lowering.plain(node.inputs[input] as Value);
  return lowering.add(op, [x.name], shapeOf(node.outputs[0]), false, { axis: positive(Number(node.attributes[attribute] ?? -1), x.shape) });
}

function multiply(node: GraphNode, lowering: Lowering): OnnxTensor {
  const side = (name: 'a' | 'b', turned: boolean) => {
    const x = lowering.plain(node.inputs[name] as Value);
    if (!turned) return x.name;
    const perm = x.shape.map((_, axis) => axis);
    return lowering.builder.node('Transpose', [x.name], { perm: [...perm.slice(0, -2), ...perm.slice(-2).reverse()] });
  };
  const inputs = [side('a', node.attributes['transposeA'] === true), side('b', node.attributes['transposeB'] === true)];
  return lowering.add('MatMul', inputs, shapeOf(node.outputs[0]), false);
}

function positive(axis: number, shape: readonly Dimension[]): number {
  return axis < 0 ? axis + shape.length : axis;
}
