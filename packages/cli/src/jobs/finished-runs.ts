import type { FailedRun, LoadOptions, PlannedSearch, Study, StudyRun } from '@gradalign/core';
import type { Terminal } from '../terminal.ts';

/** The runs of a study that are finished; nothing is trained. Results that are damaged are told to `onFailed`. */
export async function finishedRuns(
  study: Study,
  {
    loading,
    onFailed,
    onSearched,
  }: { readonly loading: LoadOptions; readonly onFailed: (run: FailedRun) => void; readonly onSearched: (searches: readonly PlannedSearch[]) => void },
  terminal: Terminal,
): Promise<StudyRun[]> {
  const { planWholeStudy } = await import('@gradalign/core');
  const { runs, searches } = await planWholeStudy(study, loading, terminal);
  onSearched(searches);
  return runs.flatMap(({ method, target, seed, folder, results, problem }) => {
    if (problem) onFailed({ method, target, seed, folder, error: problem });
    return results ? [{ method, target, seed, folder, reused: true, results }] : [];
  });
}
