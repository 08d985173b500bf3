import { type Calibration, cannot } from '@gradalign/core';
import { largestOdds } from '@gradalign/model-format';
import type { Graph } from '../graph/graph.ts';
import { addCalibration } from './calibration-nodes.ts';
import { createGraphBuilder, type GraphBuilder } from './graph-builder.ts';
import { findKernel } from './kernels.ts';
import { createLowering, type Lowering } from './lowering.ts';
import type { OnnxGraph } from './onnx-graph.ts';

/** What the file computes before and after the network. */
export interface GraphEnds {
  /** Of the experiment, in 0..1: subtracted and divided by, by channel. */
  readonly mean: readonly number[];
  readonly std: readonly number[];
  readonly classes: number;
  /** Of the risk: the probability of bona fide is sigmoid(scale · logit). */
  readonly logitScale: number;
  readonly calibration?: Calibration;
}

/**
 * The whole graph, from `image` [n, size, size, channels] in 0..255 to `logit`, `probability` and `features`.
 *
 * @throws UserError that names each kernel without a counterpart in ONNX, and its layer
 */
export function lowerGraph(graph: Graph, ends: GraphEnds): OnnxGraph {
  const missing = graph.nodes.filter(({ kernel }) => !findKernel(kernel));
  if (missing.length > 0) {
    const named = [...new Set(missing.map(({ kernel, layer }) => `${kernel} of ${layer}`))];
    throw cannot(
      'export the model',
      `${named.slice(0, 5).join(', ')}${named.length > 5 ? ` and ${named.length - 5} more` : ''}: no counterpart in ONNX is known`,
      'kernels that docs/export.md lists',
    );
  }
  const builder = createGraphBuilder();
  const lowering = createLowering(builder);
  const image = { name: 'image', shape: graph.input.shape };
  addInput(builder, lowering, graph, ends);
  for (const node of graph.nodes) {
    builder.layer = node.layer;
    const made = [(findKernel(node.kernel) as NonNullable<ReturnType<typeof findKernel>>)(node, lowering)].flat();
    for (const [i, value] of node.outputs.entries()) lowering.set(value, made[i] as (typeof made)[number]);
  }
  addOutputs(builder, lowering, graph, ends);
  return builder.graph([image]);
}

function addInput(builder: GraphBuilder, lowering: Lowering, graph: Graph, { mean, std }: GraphEnds): void {
  builder.layer = 'input';
  const column = (name: string, values: readonly number[]) => builder.constant([1, values.length, 1, 1], Float32Array.from(values), `input/${name}`);
  const turned = builder.node('Transpose', ['image'], { perm: [0, 3, 1, 2] });
  const centered = builder.node('Sub', [
    turned,
    column(
      'mean',
      mean.map((value) => 255 * value),
    ),
  ]);
  const scaled = builder.node('Mul', [
    centered,
    column(
      'inverse deviation',
      std.map((value) => 1 / (255 * value)),
    ),
  ]);
  lowering.set(graph.input, { name: scaled, shape: graph.input.shape, channelsFirst: true });
}

function addOutputs(builder: GraphBuilder, lowering: Lowering, { outputs }: Graph, { classes, logitScale, calibration }: GraphEnds): void {
  const { features, logit, probability } = outputs;
  const tensor = (value: typeof features) => (value ? lowering.plain(value).name : '');
  builder.layer = 'output';
  if (classes !== 2) {
    builder.output({ name: 'logit', shape: logit?.shape ?? [] }, tensor(logit));
    builder.output({ name: 'probability', shape: probability?.shape ?? [] }, tensor(probability));
  } else {
    const raw = logit ? tensor(logit) : oddsOf(builder, lowering, tensor(probability));
    const odds = logit && logitScale !== 1 ? builder.node('Mul', [raw, lowering.scalar(logitScale)]) : raw;
    builder.output({ name: 'logit', shape: ['n'] }, raw);
    builder.output({ name: 'probability', shape: ['n'] }, logit || calibration ? addCalibration(builder, odds, calibration) : tensor(probability));
  }
  builder.layer = 'output';
  builder.output({ name: 'features', shape: features?.shape ?? [] }, tensor(features));
}

/** ln(p / (1 - p)) within ±36. */
function oddsOf(builder: GraphBuilder, lowering: Lowering, probability: string): string {
  const rest = builder.node('Sub', [lowering.scalar(1), probability]);
  const odds = builder.node('Log', [builder.node('Div', [probability, rest])]);
  return builder.node('Clip', [odds, lowering.scalar(-largestOdds), lowering.scalar(largestOdds)]);
}
