import { runChildModule } from '../child-processes/child-module.ts';
import { EngineError } from '../contracts/engine-error.ts';

/** What the test run of an installed engine measured. */
export interface SmokeResult {
  /** Version of TensorFlow. */
  readonly tensorflow: string;
  readonly gpu: boolean;
  readonly loadMilliseconds: number;
  /** Resident memory with the engine loaded, bytes. */
  readonly memory: number;
}

/**
 * Loads an engine in a child process, computes a convolution and its gradients there and compares them with known numbers.
 *
 * @throws EngineError with what the child reported.
 */
export async function smokeRun({ dir, binding }: { dir: string; binding: string }, signal?: AbortSignal): Promise<SmokeResult> {
  try {
    return await runChildModule<SmokeResult>(new URL('smoke-child', import.meta.url), [dir, binding], { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw new EngineError(
      `Cannot use the native engine in ${dir}: its test run failed with: ${(error as Error).message}; expected a convolution and its gradients. Run: gradalign engine doctor`,
      {
        cause: error,
      },
    );
  }
}
