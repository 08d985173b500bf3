import * as tf from '@tensorflow/tfjs-core';

/** An attribute of a TensorFlow operation: its type, as the operation defines it, and its value. */
export type Attribute =
  | readonly [type: 'type', value: 'float32' | 'int32']
  | readonly [type: 'int', value: number | readonly number[]]
  | readonly [type: 'float', value: number]
  | readonly [type: 'bool', value: boolean]
  | readonly [type: 'string', value: string];

interface TensorflowBackend extends tf.KernelBackend {
  readonly binding: Readonly<Record<string, number>>;
  executeMultipleOutputs(name: string, attributes: { name: string; type: number; value: unknown }[], inputs: tf.Tensor[], count: number): tf.Tensor[];
}

/**
 * Runs a TensorFlow operation that tfjs has no wrapper for, by the names in its definition (https://www.tensorflow.org/api_docs/python/tf/raw_ops).
 * On the native engine only. Not recorded on a tape: differentiable operations call it in their forward and gradient functions.
 */
export function tensorflowOp(name: string, attributes: Readonly<Record<string, Attribute>>, inputs: readonly tf.Tensor[], outputs: number): tf.Tensor[] {
  const backend = tf.backend() as TensorflowBackend;
  const { binding } = backend;
  const resolved = Object.entries(attributes).map(([attribute, [type, value]]) => ({
    name: attribute,
    type: binding[`TF_ATTR_${type.toUpperCase()}`] as number,
    value: type === 'type' ? binding[value === 'float32' ? 'TF_FLOAT' : 'TF_INT32'] : value,
  }));
  return backend.executeMultipleOutputs(name, resolved, [...inputs], outputs);
}
