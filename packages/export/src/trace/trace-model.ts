import { cannot, createSeed, type TrainedRun } from '@gradalign/core';
import { setFusedKernels } from '@gradalign/engine';
import * as tf from '@tensorflow/tfjs-core';
import type { Dimension, Graph, GraphNode, Value } from '../graph/graph.ts';
import { type Recording, recordKernels } from './record-kernels.ts';

/** Batch sizes of the two recordings: what differs between them is the batch. */
const batches = [2, 3] as const;

/**
 * Records what a trained run computes from a normalized image: `features`, and `logit` or `probability` as its risk gives them. The pass is recorded twice,
 * with other images and another batch size: a number that changes without a recorded kernel, or a shape that depends on the batch in another way than
 * as its size, would be frozen into the file, and is refused.
 *
 * @throws UserError that names the kernel and its layer
 */
export function traceModel(run: Pick<TrainedRun, 'model' | 'risk' | 'loader' | 'classes'>, isKnown: (kernel: string) => boolean): Graph {
  const { size, channels } = run.loader.image;
  setFusedKernels(false);
  try {
    const [first, second] = batches.map((n) => {
      const random = createSeed(n).stream('export').at(n);
      const images = tf.tensor4d(
        Float32Array.from({ length: n * size * size * channels }, () => random.uniform(-2, 2)),
        [n, size, size, channels],
      );
      try {
        return recordKernels(images, (x) => outputsOf(run, x), { weights: run.model.weights, isKnown });
      } finally {
        images.dispose();
      }
    }) as [Recording, Recording];
    return withoutUnused(withFreeBatch(first, second));
  } finally {
    setFusedKernels(true);
  }
}

function outputsOf({ model, risk, classes }: Pick<TrainedRun, 'model' | 'risk' | 'classes'>, images: tf.Tensor4D): Record<string, tf.Tensor> {
  const { features, logits } = model.apply(images, { training: false });
  if (classes.length !== 2) return { features, logit: logits, probability: risk.probabilities(logits) };
  return risk.logit
    ? { features, logit: risk.logit(logits) }
    : { features, probability: tf.squeeze(tf.slice(risk.probabilities(logits), [0, 1], [-1, 1]), [1]) };
}

/** The first recording with its batch size left open, where the second agrees with it otherwise. */
function withFreeBatch(first: Recording, second: Recording): Graph {
  if (first.nodes.length !== second.nodes.length)
    throw cannot('export the model', 'it runs other kernels for other images', 'one and the same forward pass for all');
  const free = new Map<Value, Value>();
  const open = (one: Value, other: Value, { kernel, layer }: Pick<GraphNode, 'kernel' | 'layer'>): Value => {
    const known = free.get(one);
    if (known) return known;
    const refuse = (is: string) => cannot('export the model', `${kernel} of ${layer} ${is}`, 'a forward pass that the recorded kernels describe for any batch');
    const sameWeight = one.name !== undefined && one.name === other.name;
    if (one.data && !sameWeight && !(other.data && sameNumbers(one.data, other.data)))
      throw refuse('takes a value that changes with the image, and that no recorded kernel computes');
    if (one.shape.length !== other.shape.length) throw refuse('changes its shape with the image');
    const shape = one.shape.map((length, axis): Dimension => {
      if (length === other.shape[axis]) return length;
      if (!one.data && length === batches[0] && other.shape[axis] === batches[1]) return 'n';
      throw refuse(`has the shape [${one.shape}] for ${batches[0]} images and [${other.shape}] for ${batches[1]}`);
    });
    const made = { ...one, shape };
    free.set(one, made);
    return made;
  };
  const nodes = first.nodes.map((node, i) => {
    const twin = second.nodes[i] as GraphNode;
    if (node.kernel !== twin.kernel)
      throw cannot('export the model', `${node.kernel} of ${node.layer} is ${twin.kernel} for another image`, 'one forward pass for all');
    return {
      ...node,
      inputs: Object.fromEntries(Object.entries(node.inputs).map(([name, value]) => [name, open(value, twin.inputs[name] as Value, node)])),
      outputs: node.outputs.map((value, at) => open(value, twin.outputs[at] as Value, node)),
    };
  });
  const end = { kernel: 'the last kernel', layer: 'the network' };
  const outputs = Object.fromEntries(Object.entries(first.outputs).map(([name, value]) => [name, open(value, second.outputs[name] as Value, end)]));
  return { input: open(first.input, second.input, end), nodes, outputs };
}

function sameNumbers(one: NonNullable<Value['data']>, other: NonNullable<Value['data']>): boolean {
  return one.length === other.length && one.every((value, i) => value === other[i] || (Number.isNaN(value) && Number.isNaN(other[i])));
}

/** Without kernels whose results nobody reads. */
function withoutUnused(graph: Graph): Graph {
  const needed = new Set(Object.values(graph.outputs));
  const nodes = graph.nodes.toReversed().filter(({ inputs, outputs }) => {
    if (!outputs.some((value) => needed.has(value))) return false;
    for (const value of Object.values(inputs)) needed.add(value);
    return true;
  });
  return { ...graph, nodes: nodes.reverse() };
}
