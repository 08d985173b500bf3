import type { GraphNode, Value } from '../graph/graph.ts';
import { type Lowering, type LowerKernel, shapeOf } from './lowering.ts';
import type { OnnxTensor } from './onnx-graph.ts';

/** Kernels of one argument that ONNX has under another name. */
const unary: Readonly<Record<string, string>> = {
  ...{ Relu: 'Relu', Sigmoid: 'Sigmoid', Tanh: 'Tanh', Sqrt: 'Sqrt', Exp: 'Exp', Log: 'Log', Neg: 'Neg', Abs: 'Abs', Softplus: 'Softplus', Erf: 'Erf' },
  ...{ Floor: 'Floor', Ceil: 'Ceil', Sin: 'Sin', Cos: 'Cos', Sign: 'Sign', Reciprocal: 'Reciprocal', Identity: 'Identity' },
};

const binary: Readonly<Record<string, string>> = { Add: 'Add', Sub: 'Sub', Multiply: 'Mul', RealDiv: 'Div', Maximum: 'Max', Minimum: 'Min', Pow: 'Pow' };

/** Kernels that treat each number alone, in whatever order they are. */
export const elementwiseKernels: Readonly<Record<string, LowerKernel>> = {
  ...Object.fromEntries(Object.entries(unary).map(([kernel, op]): [string, LowerKernel] => [kernel, (node, lowering) => one(node, lowering, op)])),
  ...Object.fromEntries(Object.entries(binary).map(([kernel, op]): [string, LowerKernel] => [kernel, (node, lowering) => two(node, lowering, op, 'a', 'b')])),
  Relu6: (node, lowering) => one(node, lowering, 'Clip', [lowering.scalar(0), lowering.scalar(6)]),
  ClipByValue: (node, lowering) =>
    one(node, lowering, 'Clip', [lowering.scalar(Number(node.attributes['clipValueMin'])), lowering.scalar(Number(node.attributes['clipValueMax']))]),
  LeakyRelu: (node, lowering) => one(node, lowering, 'LeakyRelu', [], { alpha: { float: Number(node.attributes['alpha'] ?? 0.2) } }),
  Elu: (node, lowering) => one(node, lowering, 'Elu', [], { alpha: { float: 1 } }),
  Selu: (node, lowering) => one(node, lowering, 'Selu', []),
  Prelu: (node, lowering) => two(node, lowering, 'PRelu', 'x', 'alpha'),
  Square: (node, lowering) => {
    const x = lowering.read(node.inputs['x'] as Value);
    return lowering.add('Mul', [x.name, x.name], shapeOf(node.outputs[0]), x.channelsFirst);
  },
  Rsqrt: (node, lowering) => {
    const root = one(node, lowering, 'Sqrt');
    return lowering.add('Reciprocal', [root.name], root.shape, root.channelsFirst);
  },
  SquaredDifference: (node, lowering) => {
    const difference = two(node, lowering, 'Sub', 'a', 'b');
    return lowering.add('Mul', [difference.name, difference.name], difference.shape, difference.channelsFirst);
  },
  Affine: (node, lowering) => {
    const { x, scale, offset } = node.inputs as { readonly x: Value; readonly scale: Value; readonly offset: Value };
    const images = x.shape.length === 4;
    const of = (value: Value) => (images ? lowering.channelsFirst(value) : lowering.plain(value)).name;
    const product = lowering.builder.node('Mul', [of(x), of(scale)]);
    return lowering.add('Add', [product, of(offset)], x.shape, images);
  },
};

function one(node: GraphNode, lowering: Lowering, op: string, more: readonly string[] = [], attributes = {}): OnnxTensor {
  const x = lowering.read((node.inputs['x'] ?? node.inputs['features']) as Value);
  return lowering.add(op, [x.name, ...more], shapeOf(node.outputs[0]), x.channelsFirst, attributes);
}

/** Broadcasting counts axes from the last one, so both must be in one order: channels first where all that is computed has rank 4. */
function two(node: GraphNode, lowering: Lowering, op: string, ...names: readonly [string, string]): OnnxTensor {
  const values = names.map((name) => node.inputs[name] as Value);
  const computed = values.filter(({ data }) => !data);
  const images = computed.every(({ shape }) => shape.length === 4) && computed.some((value) => lowering.read(value).channelsFirst);
  const inputs = values.map((value) => (value.shape.length === 0 ? lowering.read(value) : images ? lowering.channelsFirst(value) : lowering.plain(value)).name);
  return lowering.add(op, inputs, shapeOf(node.outputs[0]), images);
}
