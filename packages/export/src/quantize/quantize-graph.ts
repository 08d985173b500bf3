import type { OnnxConstant, OnnxGraph, OnnxNode } from '../onnx/onnx-graph.ts';

/** Least and largest value of tensors, by name. */
export type Ranges = Readonly<Record<string, readonly [number, number]>>;

const activations = ['Relu', 'Clip'];

/** The tensors around convolutions that are rounded to 8 bits: what they read, and what comes out behind their activation. */
export function quantizedTensors(graph: OnnxGraph): string[] {
  return [...new Set(convolutionsOf(graph).flatMap((node) => [node.inputs[0] as string, resultOf(graph, node)]))];
}

/**
 * The graph with 8-bit convolutions: QuantizeLinear and DequantizeLinear around them, which runtimes fuse into integer kernels. Kernels are int8 with a scale
 * for each output channel, activations uint8 with one scale for each tensor, biases int32. The head and all that follows stay in float32.
 *
 * @param ranges of `quantizedTensors`
 */
export function quantizeGraph(graph: OnnxGraph, ranges: Ranges): OnnxGraph {
  const constants = new Map(graph.constants);
  const added: OnnxNode[] = [];
  const rounded = new Map<string, string>();
  const scales = new Map<string, number>();
  for (const tensor of quantizedTensors(graph)) {
    const { scale, zero } = activationScale(ranges[tensor] ?? [0, 0]);
    scales.set(tensor, scale);
    constants.set(`${tensor}/scale`, { shape: [], data: Float32Array.of(scale) });
    constants.set(`${tensor}/zero`, { shape: [], data: Uint8Array.of(zero) });
    const parameters = [`${tensor}/scale`, `${tensor}/zero`];
    added.push({ op: 'QuantizeLinear', name: `${tensor}/quantize`, inputs: [tensor, ...parameters], outputs: [`${tensor}/uint8`], attributes: {} });
    added.push({
      op: 'DequantizeLinear',
      name: `${tensor}/dequantize`,
      inputs: [`${tensor}/uint8`, ...parameters],
      outputs: [`${tensor}/rounded`],
      attributes: {},
    });
    rounded.set(tensor, `${tensor}/rounded`);
  }
  const convolutions = new Set(convolutionsOf(graph));
  const nodes = graph.nodes.map((node) => {
    const inputs = node.inputs.map((name) => rounded.get(name) ?? name);
    if (!convolutions.has(node)) return { ...node, inputs };
    const [x, kernel, bias] = node.inputs as [string, string, string | undefined];
    const scale = addKernel(constants, added, kernel);
    const own = [inputs[0] as string, `${kernel}/rounded`];
    return {
      ...node,
      inputs:
        bias === undefined
          ? own
          : [
              ...own,
              addBias(
                constants,
                added,
                bias,
                scale.map((each) => each * (scales.get(x) as number)),
              ),
            ],
    };
  });
  return { ...graph, constants, nodes: inOrder([...added, ...nodes], [...constants.keys(), ...graph.inputs.map(({ name }) => name)]) };
}

function convolutionsOf({ nodes, constants }: OnnxGraph): OnnxNode[] {
  return nodes.filter(({ op, inputs }) => op === 'Conv' && constants.has(inputs[1] as string));
}

/** What a convolution gives, behind the activation that alone reads it. */
function resultOf({ nodes }: OnnxGraph, { outputs: [made = ''] }: OnnxNode): string {
  const readers = nodes.filter(({ inputs }) => inputs.includes(made));
  const [only] = readers;
  return readers.length === 1 && only && activations.includes(only.op) ? (only.outputs[0] as string) : made;
}

/** 0 is exact, since paddings are 0. */
function activationScale([least, largest]: readonly [number, number]): { readonly scale: number; readonly zero: number } {
  const [low, high] = [Math.min(least, 0), Math.max(largest, 0)];
  const scale = high > low ? Math.fround((high - low) / 255) : 1;
  return { scale, zero: Math.max(0, Math.min(255, Math.round(-low / scale))) };
}

/** Replaces a kernel [out, ...] by int8 with a scale for each output channel, largest value 127. Returns the scales. */
function addKernel(constants: Map<string, OnnxConstant>, added: OnnxNode[], name: string): Float32Array {
  const { shape, data } = constants.get(name) as OnnxConstant & { readonly data: Float32Array };
  const outputs = shape[0] as number;
  const each = data.length / outputs;
  const scale = Float32Array.from(
    { length: outputs },
    (_, o) => data.subarray(o * each, (o + 1) * each).reduce((most, value) => Math.max(most, Math.abs(value)), 0) / 127 || 1,
  );
  constants.delete(name);
  constants.set(`${name}/int8`, {
    shape,
    data: Int8Array.from(data, (value, i) => Math.max(-127, Math.min(127, Math.round(value / (scale[Math.floor(i / each)] as number))))),
  });
  addDequantize(constants, added, name, 'int8', scale, new Int8Array(outputs));
  return scale;
}

/** Replaces a bias by int32 at the scale of the products that it is added to. Returns its name. */
function addBias(constants: Map<string, OnnxConstant>, added: OnnxNode[], name: string, scale: Float32Array): string {
  const { shape, data } = constants.get(name) as OnnxConstant & { readonly data: Float32Array };
  const limit = 2 ** 31 - 1;
  constants.delete(name);
  constants.set(`${name}/int32`, {
    shape,
    data: Int32Array.from(data, (value, i) => Math.max(-limit, Math.min(limit, Math.round(value / (scale[i] as number))))),
  });
  addDequantize(constants, added, name, 'int32', scale, new Int32Array(data.length));
  return `${name}/rounded`;
}

function addDequantize(
  constants: Map<string, OnnxConstant>,
  added: OnnxNode[],
  name: string,
  kind: string,
  scale: Float32Array,
  zeros: Int8Array | Int32Array,
): void {
  constants.set(`${name}/scale`, { shape: [scale.length], data: scale });
  constants.set(`${name}/zero`, { shape: [scale.length], data: zeros });
  added.push({
    op: 'DequantizeLinear',
    name: `${name}/dequantize`,
    inputs: [`${name}/${kind}`, `${name}/scale`, `${name}/zero`],
    outputs: [`${name}/rounded`],
    attributes: { axis: 0 },
  });
}

/** Nodes behind those that make what they read, as ONNX wants them. */
function inOrder(nodes: readonly OnnxNode[], known: readonly string[]): OnnxNode[] {
  const there = new Set(known);
  const ordered: OnnxNode[] = [];
  for (let left = [...nodes]; left.length > 0; ) {
    const waiting: OnnxNode[] = [];
    for (const node of left) {
      if (!node.inputs.every((name) => there.has(name))) waiting.push(node);
      else {
        ordered.push(node);
        for (const name of node.outputs) there.add(name);
      }
    }
    if (waiting.length === left.length)
      throw new Error(`Cannot order the nodes: ${waiting[0]?.name} reads what no node makes, expected a graph without circles`);
    left = waiting;
  }
  return ordered;
}
