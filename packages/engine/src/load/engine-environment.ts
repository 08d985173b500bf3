import { release } from 'node:os';
import * as tf from '@tensorflow/tfjs-core';
import type { EngineEnvironment } from '../contracts/engine.ts';
import { cpuFeatures } from '../machine/cpu-features.ts';

/** Adds what every engine records (versions, processor, system) to an engine's own entries. */
export function engineEnvironment(own: EngineEnvironment): EngineEnvironment {
  const cpu = cpuFeatures();
  return {
    ...own,
    'tfjs-core': tf.version_core,
    node: process.version,
    platform: `${process.platform}-${process.arch}`,
    system: release(),
    cpu: cpu.model,
    cpus: cpu.count,
    cpuFeatures: cpu.features.join(' '),
  };
}

const variables =
  /^(TF_(NUM|ENABLE|DISABLE|DETERMINISTIC|FORCE|GPU|CUDNN|CUBLAS|XLA|ONEDNN)_\w+|(ONEDNN|DNNL)_\w+|NVIDIA_TF32_OVERRIDE|CUDA_VISIBLE_DEVICES|GRADALIGN_(ENGINE|INSTRUCTIONS))$/;

/**
 * The environment variables that are set and change what an engine computes or how fast. Not every `TF_...`: Terraform uses
 * that prefix too, for secrets among others.
 */
export function engineVariables(env: NodeJS.ProcessEnv = process.env): Record<string, string> {
  return Object.fromEntries(Object.entries(env).flatMap(([name, value]) => (variables.test(name) && value ? [[name, value]] : [])));
}
