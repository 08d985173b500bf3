import { runChildModule } from '../child-processes/child-module.ts';
import type { EngineChoice } from '../contracts/engine.ts';

/** Speed of an engine, measured in a child process in about a second. */
export interface EngineSpeed {
  readonly engine: 'tensorflow' | 'wasm';
  readonly version: string;
  readonly gpu: boolean;
  readonly threads: number;
  /** Time to load the engine. */
  readonly loadMilliseconds: number;
  /** GFLOP/s in a product of two 1024 x 1024 matrices. */
  readonly matrixProduct: number;
  /** GFLOP/s in a 3 x 3 convolution, 64 to 64 channels, of 8 maps of 56 x 56. */
  readonly convolution: number;
}

export function engineSpeed(engine: EngineChoice, signal?: AbortSignal): Promise<EngineSpeed> {
  return runChildModule<EngineSpeed>(new URL('speed-child', import.meta.url), [engine, '400'], { signal, timeout: 120_000 });
}
