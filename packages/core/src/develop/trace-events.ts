import * as tf from '@tensorflow/tfjs-core';

/** A complete event (`ph: 'X'`) of the Trace Event Format: something that took time on one thread. Times in microseconds since the recording began. */
export interface TraceEvent {
  readonly name: string;
  /** What it is: `step`, `data`, `method`, `pass`, `update`, `operation`. */
  readonly cat: string;
  readonly ph: 'X';
  readonly ts: number;
  readonly dur: number;
  readonly pid: number;
  readonly tid: number;
  readonly args?: Readonly<Record<string, unknown>>;
}

/** Records what happens between the beginning and the end of calls on this thread: events of nested calls lie within each other. */
export class TraceRecorder {
  readonly events: TraceEvent[] = [];
  readonly #started = performance.now();

  /** Runs `body` and records it as an event, also where it throws. */
  span<T>(cat: string, name: string, body: () => T, args?: TraceEvent['args']): T {
    const from = this.now();
    try {
      return body();
    } finally {
      this.add(cat, name, from, args);
    }
  }

  /** Microseconds since the recording began. */
  now(): number {
    return (performance.now() - this.#started) * 1000;
  }

  /** An event that began at `from` and ends now. */
  add(cat: string, name: string, from: number, args?: TraceEvent['args']): void {
    this.events.push({ name, cat, ph: 'X', ts: from, dur: Math.max(0.001, this.now() - from), pid: 1, tid: 1, ...(args ? { args } : {}) });
  }
}

interface KernelCall {
  readonly kernelName?: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
}

type Watched = {
  runKernelFunc?(call: KernelCall): unknown;
};

interface Native {
  executeMultipleOutputs?(name: string, ...rest: unknown[]): unknown;
}

/**
 * Records every operation of the engine while `body` runs: kernels, and operations that are handed to TensorFlow directly. Operations inside others (those
 * that a kernel is made of) are left out.
 */
export async function recordOperations<T>(recorder: TraceRecorder, body: () => Promise<T>): Promise<T> {
  const engine = tf.engine() as unknown as Watched;
  const backend = tf.backend() as unknown as Native;
  const [runKernel, execute] = [engine.runKernelFunc, backend.executeMultipleOutputs];
  let inside = false;
  const once = <R>(name: string, shapes: () => string, run: () => R): R => {
    if (inside) return run();
    inside = true;
    const from = recorder.now();
    try {
      return run();
    } finally {
      inside = false;
      recorder.add('operation', name, from, { inputs: shapes() });
    }
  };
  if (runKernel)
    engine.runKernelFunc = function watched(call) {
      // Without a name it is a gradient function of ours, which runs kernels itself.
      if (call.kernelName === undefined) return runKernel.call(this, call);
      return once(
        call.kernelName,
        () => shapesOf(Object.values(call.inputs ?? {})),
        () => runKernel.call(this, call),
      );
    };
  if (execute)
    backend.executeMultipleOutputs = function watched(name, ...rest) {
      return once(
        name,
        () => shapesOf(Array.isArray(rest[1]) ? rest[1] : []),
        () => execute.call(this, name, ...rest),
      );
    };
  try {
    return await body();
  } finally {
    if (runKernel) delete engine.runKernelFunc;
    if (execute) delete backend.executeMultipleOutputs;
  }
}

function shapesOf(inputs: readonly unknown[]): string {
  return inputs.flatMap((input) => (input instanceof tf.Tensor ? [`[${input.shape}]`] : [])).join(' ');
}
