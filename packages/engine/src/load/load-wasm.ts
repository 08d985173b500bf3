import { dirname, join, sep } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import type { Engine } from '../contracts/engine.ts';
import { EngineError } from '../contracts/engine-error.ts';
import { requireHere } from '../files/package-folder.ts';
import { engineEnvironment } from './engine-environment.ts';
import { loadTfjsBundle } from './tfjs-bundles.ts';

/** Starts tfjs's wasm backend, single-threaded, from the files of its own package, and adds the gradient kernels that it lacks. */
export async function loadWasm(reason?: string): Promise<Engine> {
  const { setThreadsCount, setWasmPaths, version_wasm } = await import('@tensorflow/tfjs-backend-wasm');
  const { registerWasmKernels } = await import('../wasm-kernels/index.ts');
  const main = requireHere.resolve('@tensorflow/tfjs-backend-wasm');
  setWasmPaths(dirname(main) + sep);
  setThreadsCount(1);
  await loadTfjsBundle('tfjs-gradients');
  registerWasmKernels();
  if (!(await keepingProcessListeners(() => tf.setBackend('wasm')))) {
    throw new EngineError(
      `Cannot load the wasm engine: tfjs's wasm backend does not start from ${join(dirname(main), '*.wasm')}, expected Node 20.19 or later on a 64-bit machine.`,
    );
  }
  return {
    name: 'wasm',
    version: version_wasm,
    gpu: false,
    threads: 1,
    ...(reason !== undefined && { reason }),
    environment: engineEnvironment({ engine: 'wasm', 'tfjs-backend-wasm': version_wasm, threads: 1 }),
  };
}

/** Removes the listeners that Emscripten adds: they rethrow every uncaught error of the process with Emscripten's source printed above it. */
async function keepingProcessListeners<T>(body: () => Promise<T>): Promise<T> {
  const events = ['uncaughtException', 'unhandledRejection'] as const;
  const before = events.map((event) => new Set(process.listeners(event as 'uncaughtException')));
  try {
    return await body();
  } finally {
    for (const [index, event] of events.entries()) {
      for (const listener of process.listeners(event as 'uncaughtException')) if (!before[index]?.has(listener)) process.removeListener(event, listener);
    }
  }
}
