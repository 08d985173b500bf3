import type { FailedRun, LoadOptions, Study, StudyRun } from '@gradalign/core';
import type { Terminal } from '../terminal.ts';

/** The runs of a study that are finished; nothing is trained. Results that are damaged are told to `onFailed`. */
export async function finishedRuns(
  study: Study,
  { loading, onFailed }: { readonly loading: LoadOptions; readonly onFailed: (run: FailedRun) => void },
  terminal: Terminal,
): Promise<StudyRun[]> {
  const { planStudy } = await import('@gradalign/core');
  return (await planStudy(study, loading, terminal)).flatMap(({ method, target, seed, folder, results, problem }) => {
    if (problem) onFailed({ method, target, seed, folder, error: problem });
    return results ? [{ method, target, seed, folder, reused: true, results }] : [];
  });
}
