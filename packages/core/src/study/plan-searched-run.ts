import type { LoadOptions } from '../configuration/load-experiment.ts';
import type { PlannedRun, StudyFolders } from './find-study-run.ts';
import { loadStudyRun } from './load-study-run.ts';
import { loadPlannedRun, type PlannedSearch, searchedRunName } from './plan-search.ts';
import type { Study } from './study-definition.ts';
import type { StudyRunName } from './study-run-name.ts';

/**
 * A run whose settings a search chooses. Its folder is named before the choice, so that a plan can name it: by the search, and by the run with the
 * settings of the first trial, which stand in for those that are not chosen yet.
 */
export async function planSearchedRun(
  study: Study,
  which: StudyRunName,
  { choice, waitsFor, problem }: PlannedSearch,
  options: LoadOptions,
  folders: StudyFolders,
): Promise<PlannedRun> {
  const before = { ...which, loaded: await loadPlannedRun(study, which, options) };
  const { digest, problem: unreadable } = await folders.identify(before);
  const named = searchedRunName(study, which.method, digest);
  if (!choice) {
    const folder = folders.folderOf({ ...before, named }, digest);
    const refused = problem ?? unreadable;
    return { ...before, named, folder, ...(refused ? { problem: refused } : { waitsFor }) };
  }
  const run = { ...which, named, loaded: await loadStudyRun(study, { ...which, settings: choice.settings }, options) };
  return { ...run, ...(await folders.find(run)) };
}
