import type { Graph, Value } from './graph.ts';

/** What each padded kernel takes for nothing: zeros change no sum, minus infinity no maximum. */
const neutral: Readonly<Record<string, number>> = {
  Conv2D: 0,
  DepthwiseConv2dNative: 0,
  FusedConv2D: 0,
  FusedDepthwiseConv2D: 0,
  MaxPool: Number.NEGATIVE_INFINITY,
};

/** A padding of height and width becomes part of the convolution or maximum that reads it, which must not pad itself: its attribute `around`. */
export function foldPaddings(graph: Graph): Graph {
  const paddings = new Map<Value, { readonly x: Value; readonly around: readonly (readonly [number, number])[]; readonly value: number }>();
  for (const { kernel, inputs, outputs, attributes } of graph.nodes) {
    const around = attributes['paddings'] as [number, number][] | undefined;
    if (kernel !== 'PadV2' || around?.length !== 4 || [around[0], around[3]].some((pair) => pair?.some((zeros) => zeros !== 0))) continue;
    paddings.set(outputs[0] as Value, { x: inputs['x'] as Value, around: around.slice(1, 3), value: Number(attributes['constantValue'] ?? 0) });
  }
  const nodes = graph.nodes.map((node) => {
    const padding = node.inputs['x'] && paddings.get(node.inputs['x']);
    if (!padding || padding.value !== neutral[node.kernel] || node.attributes['pad'] !== 'valid') return node;
    return { ...node, inputs: { ...node.inputs, x: padding.x }, attributes: { ...node.attributes, around: padding.around } };
  });
  const read = new Set([...nodes.flatMap(({ inputs }) => Object.values(inputs)), ...Object.values(graph.outputs)]);
  return { ...graph, nodes: nodes.filter(({ outputs }) => outputs.some((value) => read.has(value))) };
}
