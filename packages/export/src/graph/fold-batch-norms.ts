import type { Graph, GraphNode, Value } from './graph.ts';

/** The kernels that normalize by constants, and the names of their inputs. */
const norms: Readonly<Record<string, { readonly gamma: string; readonly beta: string; readonly epsilon: string }>> = {
  'gradalign/batchNormInference': { gamma: 'gamma', beta: 'beta', epsilon: 'epsilon' },
  FusedBatchNorm: { gamma: 'scale', beta: 'offset', epsilon: 'varianceEpsilon' },
};

const convolutions = ['Conv2D', 'DepthwiseConv2dNative'];

/**
 * Batch norm becomes part of the convolution before it, computed in float64: w' = w γ / √(variance + ε), b' = β - mean γ / √(variance + ε). Where no
 * convolution is before it, or its output is read by others too, the batch norm becomes a kernel `Affine` of scale and offset.
 */
export function foldBatchNorms(graph: Graph): Graph {
  const readers = new Map<Value, number>();
  for (const value of [...graph.nodes.flatMap(({ inputs }) => Object.values(inputs)), ...Object.values(graph.outputs)])
    readers.set(value, (readers.get(value) ?? 0) + 1);
  const madeBy = new Map(graph.nodes.flatMap((node) => node.outputs.map((value) => [value, node] as const)));
  const replaced = new Map<GraphNode, GraphNode | undefined>();
  for (const node of graph.nodes) {
    const affine = affineOf(node);
    if (!affine) continue;
    const { x } = node.inputs as { readonly x: Value };
    const before = madeBy.get(x);
    const filter = before?.inputs['filter'];
    if (before && filter?.data && convolutions.includes(before.kernel) && readers.get(x) === 1 && !before.inputs['bias']) {
      const inputs = { ...before.inputs, filter: scaled(filter, affine.scale, before.kernel), bias: vector(affine.offset) };
      replaced.set(before, undefined);
      replaced.set(node, { ...before, inputs, outputs: node.outputs });
    } else
      replaced.set(node, {
        kernel: 'Affine',
        inputs: { x, scale: vector(affine.scale), offset: vector(affine.offset) },
        outputs: node.outputs,
        attributes: {},
        layer: node.layer,
      });
  }
  return { ...graph, nodes: graph.nodes.flatMap((node) => (replaced.has(node) ? (replaced.get(node) ?? []) : [node])) };
}

/** Scale and offset of a batch norm with constants, in float64. */
function affineOf({ kernel, inputs, attributes }: GraphNode): { readonly scale: Float64Array; readonly offset: Float64Array } | undefined {
  const names = Object.hasOwn(norms, kernel) ? norms[kernel] : undefined;
  const { mean, variance } = inputs;
  if (!names || !mean?.data || !variance?.data) return undefined;
  const [gamma, beta] = [inputs[names.gamma], inputs[names.beta]];
  if ((gamma && !gamma.data) || (beta && !beta.data)) return undefined;
  const epsilon = Number(attributes[names.epsilon] ?? 0.001);
  const scale = Float64Array.from(variance.data, (each, i) => (gamma?.data?.[i] ?? 1) / Math.sqrt(each + epsilon));
  return { scale, offset: Float64Array.from(mean.data, (each, i) => (beta?.data?.[i] ?? 0) - each * (scale[i] as number)) };
}

/** [height, width, in, out] by its last axis; depthwise [height, width, channels, multiplier] by its last two. */
function scaled(filter: Value, scale: Float64Array, kernel: string): Value {
  const [, , channels, out] = filter.shape as [number, number, number, number];
  const period = kernel === 'Conv2D' ? out : channels * out;
  return { shape: filter.shape, dtype: 'float32', data: (filter.data as Float32Array).map((value, i) => value * (scale[i % period] as number)) };
}

function vector(values: Float64Array): Value {
  return { shape: [values.length], dtype: 'float32', data: Float32Array.from(values) };
}
