import * as tf from '@tensorflow/tfjs-core';

export interface KernelTime {
  /** The operation's name in TensorFlow, and the shapes of its larger inputs. */
  readonly name: string;
  readonly shapes: string;
  readonly calls: number;
  readonly milliseconds: number;
}

interface Binding {
  executeOp(name: string, ...rest: unknown[]): readonly { readonly shape: readonly number[] }[];
}

/**
 * Counts and times every operation that the native engine runs until `stop`, by name and shapes. Operations are synchronous, so their time is the
 * kernel's plus the few microseconds that TensorFlow takes to start it.
 */
export function profileKernels(): { restart(): void; stop(): KernelTime[] } {
  const backend = tf.backend() as unknown as { binding: Binding; getInputTensorIds(tensors: tf.TensorInfo[]): number[] };
  const { binding } = backend;
  // Aggregated at the end: work done here would count as time outside of kernels.
  const calls: { name: string; inputs: readonly tf.TensorInfo['shape'][]; output: readonly number[] | undefined; milliseconds: number }[] = [];
  const originalIds = backend.getInputTensorIds;
  let inputs: readonly tf.TensorInfo['shape'][] = [];
  backend.getInputTensorIds = (tensors) => {
    inputs = tensors.map(({ shape }) => shape);
    return originalIds.call(backend, tensors);
  };
  const executeOp: Binding['executeOp'] = (name, ...rest) => {
    const started = performance.now();
    const outputs = binding.executeOp(name, ...rest);
    calls.push({ milliseconds: performance.now() - started, name, inputs, output: outputs[0]?.shape });
    return outputs;
  };
  // The native module's own functions are read-only.
  backend.binding = Object.create(binding, { executeOp: { value: executeOp } }) as Binding;
  return {
    restart() {
      calls.length = 0;
    },
    stop() {
      backend.binding = binding;
      backend.getInputTensorIds = originalIds;
      const totals = new Map<string, { name: string; shapes: string; calls: number; milliseconds: number }>();
      for (const call of calls) {
        const shapes = `${call.inputs.map((shape) => (shape ?? []).join('x')).join(' ')} > ${call.output?.join('x') ?? ''}`;
        const key = `${call.name} ${shapes}`;
        const total = totals.get(key) ?? { name: call.name, shapes, calls: 0, milliseconds: 0 };
        total.calls++;
        total.milliseconds += call.milliseconds;
        totals.set(key, total);
      }
      return [...totals.values()];
    },
  };
}
