import { type Comparison, compareRuns, type RunResults, type StudyRun } from '@gradalign/core';
import type { StudyState } from './read-study.ts';

/** Tables and tests of the finished runs, as `gradalign compare` makes them; or why there are none. */
export function compareStudy({ study, runs, path }: StudyState, baseline: string | undefined): Comparison | { readonly error: string } {
  const finished = runs.flatMap(({ method, target, seed, folder, subject, state }): StudyRun[] =>
    state === 'finished' && subject?.results ? [{ method, target, seed, folder, reused: true, results: subject.results as RunResults }] : [],
  );
  try {
    return compareRuns({ ...study, experiment: path, output: path }, finished, baseline === undefined ? {} : { baseline });
  } catch (error) {
    return { error: `the results of a run are not of this version (${(error as Error).message})` };
  }
}
