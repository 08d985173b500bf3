import { type LoopParts, type StepRecord, trainingLoop } from '../training/training-loop.ts';

/** Takes steps until `isEnough` says so of one, the signal aborts, or the epochs of the settings are over. */
export async function takeSteps(
  parts: Omit<LoopParts, 'onStep' | 'signal'>,
  { isEnough, signal }: { readonly isEnough: (step: StepRecord) => boolean; readonly signal?: AbortSignal | undefined },
): Promise<void> {
  const enough = new AbortController();
  await trainingLoop({
    ...parts,
    onStep(step) {
      if (isEnough(step)) enough.abort();
    },
    signal: signal ? AbortSignal.any([signal, enough.signal]) : enough.signal,
  });
}
