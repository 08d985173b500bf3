import { cannot } from '@gradalign/core';
import type { Dimension, GraphNode, Value } from '../graph/graph.ts';
import type { GraphBuilder } from './graph-builder.ts';
import type { OnnxAttribute, OnnxTensor } from './onnx-graph.ts';

/** Turns recorded values into tensors of an ONNX graph. Images stay channels-first between kernels that can take them so. */
export interface Lowering {
  readonly builder: GraphBuilder;
  /** The tensor of a value, in whatever order it is. Constants are added when they are first read. */
  read(value: Value): OnnxTensor;
  /** In the recorded order. */
  plain(value: Value): OnnxTensor;
  /** Of rank 4, [n, channels, height, width]. */
  channelsFirst(value: Value): OnnxTensor;
  /** Adds a node; its output has this shape (as recorded) and order. */
  add(
    op: string,
    inputs: readonly string[],
    shape: readonly Dimension[],
    channelsFirst: boolean,
    attributes?: Readonly<Record<string, OnnxAttribute>>,
  ): OnnxTensor;
  /** One number. */
  scalar(value: number): string;
  /** A list of integers. */
  integers(values: readonly number[]): string;
  set(value: Value, tensor: OnnxTensor): void;
}

export function createLowering(builder: GraphBuilder): Lowering {
  const tensors = new Map<Value, OnnxTensor>();
  const first = new Map<Value, OnnxTensor>();
  const last = new Map<Value, OnnxTensor>();
  const scalars = new Map<number, string>();
  const constantOf = (value: Value, shape: readonly number[], data: NonNullable<Value['data']>, suffix = ''): OnnxTensor => ({
    name: builder.constant(shape, data, `${value.name ?? `${builder.layer}/constant`}${suffix}`),
    shape,
    channelsFirst: false,
  });
  const lowering: Lowering = {
    builder,
    read(value) {
      const known = tensors.get(value);
      if (known) return known;
      if (!value.data) throw cannot('export the model', `a value of ${builder.layer} is read before it is computed`, 'kernels in the order in which they run');
      const made = constantOf(value, value.shape as number[], value.data);
      tensors.set(value, made);
      return made;
    },
    plain(value) {
      const tensor = lowering.read(value);
      if (!tensor.channelsFirst) return tensor;
      const known = last.get(value);
      if (known) return known;
      const made = lowering.add('Transpose', [tensor.name], value.shape, false, { perm: [0, 2, 3, 1] });
      last.set(value, made);
      return made;
    },
    channelsFirst(value) {
      const known = first.get(value);
      if (known) return known;
      const made = value.data ? constantFirst(value) : dynamicFirst(value);
      first.set(value, made);
      return made;
    },
    add(op, inputs, shape, channelsFirst, attributes = {}) {
      return { name: builder.node(op, inputs, attributes), shape, channelsFirst };
    },
    scalar(value) {
      const known = scalars.get(value) ?? builder.constant([], Float32Array.of(value), `scalar ${value}`);
      scalars.set(value, known);
      return known;
    },
    integers: (values) => builder.constant([values.length], BigInt64Array.from(values, BigInt)),
    set: (value, tensor) => tensors.set(value, tensor),
  };
  /** A constant broadcast against images: ones in front up to rank 4, then the channels first. */
  const constantFirst = (value: Value): OnnxTensor => {
    const shape = [...Array.from({ length: 4 - value.shape.length }, () => 1), ...(value.shape as number[])] as [number, number, number, number];
    const [n, height, width, channels] = shape;
    const from = value.data as Float32Array;
    const data = new Float32Array(from.length);
    for (let at = 0, image = 0; image < n; image++)
      for (let c = 0; c < channels; c++)
        for (let row = 0; row < height; row++)
          for (let column = 0; column < width; column++) data[at++] = from[((image * height + row) * width + column) * channels + c] as number;
    return { ...constantOf(value, [n, channels, height, width], data, ' (channels first)'), channelsFirst: true };
  };
  const dynamicFirst = (value: Value): OnnxTensor => {
    const tensor = lowering.read(value);
    return tensor.channelsFirst ? tensor : lowering.add('Transpose', [tensor.name], value.shape, true, { perm: [0, 3, 1, 2] });
  };
  return lowering;
}

/** How one kernel becomes nodes. Returns the output, or one for each. */
export type LowerKernel = (node: GraphNode, lowering: Lowering) => OnnxTensor | readonly OnnxTensor[];

/** Refuses what a kernel was called with. */
export function unmapped({ kernel, layer }: GraphNode, why: string): never {
  throw cannot('export the model', `${kernel} of ${layer} ${why}`, 'kernels that have a counterpart in ONNX (docs/export.md lists them)');
}

/** An input that must be a constant. */
export function constantInput(node: GraphNode, name: string): Value & Required<Pick<Value, 'data'>> {
  const value = node.inputs[name];
  if (!value?.data) return unmapped(node, `computes its '${name}' from the image`);
  return value as Value & Required<Pick<Value, 'data'>>;
}

export function shapeOf(value: Value | undefined): readonly Dimension[] {
  return (value as Value).shape;
}
