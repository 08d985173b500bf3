import type { Weights } from '@gradalign/core';
import * as tf from '@tensorflow/tfjs-core';
import type { GraphNode, Value } from '../graph/graph.ts';

type Inputs = Readonly<Record<string, tf.Tensor>>;

interface KernelRunner {
  runKernel(name: string, inputs: Inputs, attributes?: object): tf.Tensor | tf.Tensor[];
}

/** What a recorded call returned, and the kernels behind it. */
export interface Recording {
  readonly input: Value;
  readonly nodes: readonly GraphNode[];
  readonly outputs: Readonly<Record<string, Value>>;
}

export interface RecordOptions {
  /** Names weights in errors. */
  readonly weights: Weights;
  /** Kernels that are kept whole; of others those are recorded that they are composed of, where they are. */
  readonly isKnown: (kernel: string) => boolean;
}

/**
 * Runs `body` on `input` and records the kernels that lead from it to what `body` returns. Kernels that do not depend on the input become constants (a
 * head's normalized kernel, say). Nothing that is created outlives the call.
 */
export function recordKernels(input: tf.Tensor4D, body: (input: tf.Tensor4D) => Readonly<Record<string, tf.Tensor>>, options: RecordOptions): Recording {
  const recorder = createRecorder(input, options);
  const runner = tf.engine() as unknown as KernelRunner;
  const original = runner.runKernel;
  const own = Object.hasOwn(runner, 'runKernel');
  runner.runKernel = (name, inputs, attributes = {}) => recorder.run(name, inputs, attributes, () => original.call(runner, name, inputs, attributes));
  try {
    let outputs: Recording['outputs'] = {};
    // Nothing is returned through the tidy, which would search it for tensors.
    tf.tidy(() => {
      outputs = Object.fromEntries(Object.entries(body(input)).map(([name, tensor]) => [name, recorder.readValue(tensor)]));
    });
    return { input: recorder.readValue(input), nodes: recorder.nodes, outputs };
  } finally {
    if (own) runner.runKernel = original;
    else Reflect.deleteProperty(runner, 'runKernel');
  }
}

function createRecorder(input: tf.Tensor4D, { weights, isKnown }: RecordOptions) {
  const names = new Map([...weights.parameters, ...weights.statistics].map(([name, variable]) => [variable.id, name]));
  const values = new Map<number, Value>([[input.id, { shape: input.shape, dtype: 'float32' }]]);
  const nodes: GraphNode[] = [];
  let layer = 'the input';
  let depth = 0;

  const readValue = (tensor: tf.Tensor): Value => {
    const known = values.get(tensor.id);
    if (known) return known;
    const name = names.get(tensor.id);
    const data = new Float32Array(tensor.dataSync());
    const constant: Value = { shape: [...tensor.shape], dtype: tensor.dtype as Value['dtype'], data, ...(name === undefined ? {} : { name }) };
    values.set(tensor.id, constant);
    return constant;
  };

  const run = (kernel: string, inputs: Inputs, attributes: object, compute: () => tf.Tensor | tf.Tensor[]): tf.Tensor | tf.Tensor[] => {
    if (depth > 0) return compute();
    const read = Object.entries(inputs).filter(([, tensor]) => tensor !== undefined && tensor !== null);
    for (const [, tensor] of read) layer = layerOf(names.get(tensor.id)) ?? layer;
    const at = layer;
    const before = nodes.length;
    if (isKnown(kernel)) depth++;
    let result: tf.Tensor | tf.Tensor[];
    try {
      result = compute();
    } finally {
      if (isKnown(kernel)) depth--;
    }
    const outputs = [result].flat();
    if (nodes.length > before && outputs.every((tensor) => values.has(tensor.id))) return result;
    nodes.length = before;
    const given = Object.fromEntries(read.map(([name, tensor]) => [name, readValue(tensor)]));
    // Without an input that depends on the image this is a constant, which readValue reads when it is used.
    if (Object.values(given).every((value) => value.data !== undefined)) return result;
    const made = outputs.map(({ shape, dtype }): Value => ({ shape: [...shape], dtype: dtype as Value['dtype'] }));
    for (const [i, tensor] of outputs.entries()) values.set(tensor.id, made[i] as Value);
    nodes.push({ kernel, inputs: given, outputs: made, attributes: { ...attributes }, layer: at });
    return result;
  };
  return { run, readValue, nodes };
}

function layerOf(weight: string | undefined): string | undefined {
  return weight?.replace(/\/[^/]+$/, '');
}
