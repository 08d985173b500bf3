import { existsSync } from 'node:fs';
import { totalmem } from 'node:os';
import { basename, join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import type { Engine } from '../contracts/engine.ts';
import { EngineError } from '../contracts/engine-error.ts';
import { requireHere } from '../files/package-folder.ts';
import type { InstalledEngine } from '../installed/installed-engine.ts';
import { usableThreads } from '../machine/usable-threads.ts';
import { engineEnvironment, engineVariables } from './engine-environment.ts';
import { loadTfjsBundle } from './tfjs-bundles.ts';

interface Binding {
  readonly TF_Version: string;
  isUsingGpuDevice(): boolean;
}

type BackendClass = new (binding: Binding, packageName: string) => tf.KernelBackend;

/**
 * Libraries that are not on libtensorflow's run path, in the order in which they need each other: libtensorflow_framework
 * opens cuSOLVER, which only libtensorflow_cc's run path leads to, and cuSOLVER needs those listed before it.
 */
const nvidiaFirst = [
  'cuda_nvrtc/lib/libnvrtc.so.12',
  'nvjitlink/lib/libnvJitLink.so.12',
  'cublas/lib/libcublasLt.so.12',
  'cublas/lib/libcublas.so.12',
  'cusparse/lib/libcusparse.so.12',
  'cusolver/lib/libcusolver.so.11',
];

/** Opens libtensorflow and builds tfjs-node's backend on the binding, bypassing tfjs-node's own entry point. */
export async function loadTensorflow(installed: InstalledEngine, options: { threads?: number; deterministic?: boolean }): Promise<Engine> {
  const threads = setProcessEnvironment(options);
  const binding = openBinding(installed);
  await loadTfjsBundle('tfjs-gradients');
  const { NodeJSKernelBackend } = await loadTfjsBundle('tfjs-node');
  const gpu = binding.isUsingGpuDevice();
  tf.registerBackend('tensorflow', () => new (NodeJSKernelBackend as BackendClass)(binding, gpu ? '@tensorflow/tfjs-node-gpu' : '@tensorflow/tfjs-node'), 3);
  registerRound();
  if (!(await tf.setBackend('tensorflow')))
    throw new EngineError(
      `Cannot load the native engine: its backend does not start from ${installed.dir}, expected an intact installation. Run: gradalign engine verify`,
    );
  return {
    name: 'tensorflow',
    version: binding.TF_Version,
    gpu,
    threads,
    dir: installed.dir,
    environment: engineEnvironment({
      engine: 'tensorflow',
      tensorflow: binding.TF_Version,
      binding: basename(installed.binding), // names the version of our own kernels
      gpu,
      threads,
      oneDnn: process.env['TF_ENABLE_ONEDNN_OPTS'] === '1',
      deterministic: process.env['TF_DETERMINISTIC_OPS'] === '1',
      ...engineVariables(),
    }),
  };
}

/** libtensorflow reads these variables when it is opened. What the user has set stays, unless the options say otherwise. Returns the threads. */
function setProcessEnvironment({ threads, deterministic }: { threads?: number; deterministic?: boolean }): number {
  const { env } = process;
  const wanted = threads ?? (Number(env['TF_NUM_INTRAOP_THREADS']) || usableThreads());
  env['TF_NUM_INTRAOP_THREADS'] = String(wanted);
  env['TF_CPP_MIN_LOG_LEVEL'] ??= '2';
  env['TF_ENABLE_ONEDNN_OPTS'] ??= '1';
  env['TF_FORCE_GPU_ALLOW_GROWTH'] ??= 'true';
  if (deterministic === undefined) env['TF_DETERMINISTIC_OPS'] ??= '1';
  else env['TF_DETERMINISTIC_OPS'] = deterministic ? '1' : '0';
  return wanted;
}

function openBinding({ dir, binding }: InstalledEngine): Binding {
  const library = (name: string) => join(dir, 'tensorflow', process.platform === 'darwin' ? `lib${name}.2.dylib` : `lib${name}.so.2`);
  const nvidia = nvidiaFirst.map((file) => join(dir, 'nvidia', file)).filter((file) => existsSync(file));
  try {
    const preloader = requireHere(join(binding, 'preload.node')) as { keepMemory(bytes: number): void; load(paths: string[]): string };
    preloader.keepMemory(totalmem() / 2);
    preloader.load([...nvidia, library('tensorflow_framework'), library('tensorflow_cc')]);
    return requireHere(join(binding, 'tfjs_binding.node')) as Binding;
  } catch (error) {
    throw new EngineError(
      `Cannot load the native engine: ${(error as Error).message}, expected an intact installation in ${dir}. Run: gradalign engine verify`,
      { cause: error },
    );
  }
}

/** TensorFlow's Round returns zeros for int32: this one returns integers unchanged. */
function registerRound(): void {
  const original = tf.getKernel('Round', 'tensorflow');
  if (original === undefined) return;
  tf.unregisterKernel('Round', 'tensorflow');
  tf.registerKernel({
    ...original,
    kernelFunc: (parameters) => {
      const x = parameters.inputs['x'] as tf.TensorInfo;
      if (x.dtype !== 'int32') return original.kernelFunc(parameters);
      (parameters.backend as tf.KernelBackend).incRef(x.dataId);
      return { dataId: x.dataId, shape: x.shape, dtype: x.dtype };
    },
  });
}
