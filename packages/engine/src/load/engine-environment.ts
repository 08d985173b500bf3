import { release } from 'node:os';
import * as tf from '@tensorflow/tfjs-core';
import type { EngineEnvironment } from '../engine.ts';
import { cpuFeatures } from './cpu-features.ts';

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
