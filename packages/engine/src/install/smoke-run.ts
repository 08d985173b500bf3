import { runChildModule } from '../child-processes/child-module.ts';
import { EngineError } from '../contracts/engine-error.ts';

export interface SmokeResult {
  /** Version of TensorFlow. */
  readonly tensorflow: string;
  readonly gpu: boolean;
  readonly loadMilliseconds: number;
  /** Resident memory with the engine loaded, bytes. */
  readonly memory: number;
}

/**
 * Loads an engine in a child process, convolves there, takes the gradients and compares them with known numbers.
 *
 * @throws EngineError with what the child said.
 */
export async function smokeRun({ dir, binding }: { dir: string; binding: string }, signal?: AbortSignal): Promise<SmokeResult> {
  try {
    return await runChildModule<SmokeResult>(new URL('smoke-child', import.meta.url), [dir, binding], { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw new EngineError(
      `Cannot use the native engine in ${dir}: its test run fails with: ${(error as Error).message}; expected a convolution and its gradients. Run: gradalign engine doctor`,
      {
        cause: error,
      },
    );
  }
}
