import { release } from 'node:os';
import * as tf from '@tensorflow/tfjs-core';
import type { EngineEnvironment } from '../contracts/engine.ts';
import { cpuFeatures } from '../machine/cpu-features.ts';

/** Adds what is the same for every engine to what one engine says about itself. */
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
 * The variables that change what an engine computes, or how fast, where they are set. Not every `TF_...`: Terraform
 * begins its own so too, and keeps secrets in them.
 */
export function engineVariables(env: NodeJS.ProcessEnv = process.env): Record<string, string> {
  return Object.fromEntries(Object.entries(env).flatMap(([name, value]) => (variables.test(name) && value ? [[name, value]] : [])));
}
