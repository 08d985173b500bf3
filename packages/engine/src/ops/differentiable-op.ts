import * as tf from '@tensorflow/tfjs-core';

export type NamedTensors<Name extends string> = { readonly [name in Name]: tf.Tensor };

export interface DifferentiableOp<Name extends string, Attributes extends object> {
  /** Unique; shown in tfjs's profiler. */
  readonly name: string;
  /** What the gradient needs, in the order in which it receives it: inputs by name, then outputs by index. */
  readonly save: { readonly inputs?: readonly Name[]; readonly outputs?: readonly boolean[] };
  /** Intermediate tensors are disposed. */
  forward(inputs: NamedTensors<Name>, attributes: Attributes): tf.Tensor | tf.Tensor[];
  /** One function for each differentiable input, called only if its gradient is requested. `dys` has one cotangent for each output. */
  gradient(dys: readonly tf.Tensor[], saved: readonly tf.Tensor[], attributes: Attributes): { readonly [name in Name]?: () => tf.Tensor };
}

/**
 * An operation with a custom gradient, for every backend. Unlike tf.customGrad, it may have several outputs, and it computes no gradient
 * that is not requested (a first layer's images need none).
 */
export function differentiableOp<Name extends string, Attributes extends object>(
  op: DifferentiableOp<Name, Attributes>,
): (inputs: NamedTensors<Name>, attributes: Attributes) => tf.Tensor[] {
  return (inputs, attributes) => {
    register(op as unknown as DifferentiableOp<string, object>, tf.getBackend());
    return tf.engine().runKernel<tf.Tensor[]>(op.name, inputs, attributes as tf.NamedAttrMap);
  };
}

function register(op: DifferentiableOp<string, object>, backendName: string): void {
  if (!tf.getKernel(op.name, backendName)) {
    tf.registerKernel({
      kernelName: op.name,
      backendName,
      kernelFunc: ({ inputs, attrs }) => tf.tidy(() => [op.forward(inputs as NamedTensors<string>, attrs ?? {})].flat()),
    });
  }
  if (!tf.getGradient(op.name)) {
    tf.registerGradient({
      kernelName: op.name,
      inputsToSave: [...(op.save.inputs ?? [])],
      outputsToSave: [...(op.save.outputs ?? [])],
      gradFunc: (dy, saved, attrs) => op.gradient([dy].flat(), saved, attrs) as Record<string, () => tf.Tensor>,
    });
  }
}
