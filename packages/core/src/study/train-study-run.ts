import { existsSync } from 'node:fs';
import { LockedError } from '@gradalign/engine/files';
import type { LoadOptions } from '../configuration/load-experiment.ts';
import type { Reporter } from '../contracts/reporter.ts';
import { KnownData } from '../data/known-data.ts';
import { type LockHolder, lockHolder } from '../files/folder-lock.ts';
import { FolderLostError, runPaths } from '../run/run-folder.ts';
import type { RunResults } from '../run/run-results.ts';
import { train } from '../run/train.ts';
import { type PlannedRun, studyFolders } from './find-study-run.ts';
import { loadStudyRun } from './load-study-run.ts';
import type { Study } from './study-definition.ts';

/** How a run of a study ended, or that another process works on it. */
export type StudyRunOutcome =
  | { readonly state: 'finished'; readonly results: RunResults }
  | { readonly state: 'interrupted' }
  | { readonly state: 'taken'; readonly holder: LockHolder | undefined };

/** Options of `trainStudyRun` and `trainPlannedRun`. */
export interface TrainStudyRunOptions {
  readonly reporter: Reporter;
  readonly signal?: AbortSignal | undefined;
  readonly knownData?: KnownData;
}

/** Which run of a study, by the names that the study has for them. */
export interface StudyRunName {
  readonly method: string;
  readonly target: string;
  readonly seed: number;
}

/**
 * Trains one run of a study in its folder: starts it, resumes it, or returns the results that are there.
 *
 * @param options `folder`: where a plan says that the run is; default: it is looked for, or named, among the study's.
 * @throws ConfigurationError if its experiment is not valid; UserError if the results in its folder are damaged; what `train` throws.
 */
export async function trainStudyRun(
  study: Study,
  which: StudyRunName,
  { reporter, signal, knownData = new KnownData(), folder, ...options }: TrainStudyRunOptions & LoadOptions & { readonly folder?: string },
): Promise<StudyRunOutcome & { readonly folder: string }> {
  const loaded = await loadStudyRun(study, which, options);
  for (const warning of loaded.warnings) reporter.warn(warning);
  const run = { ...which, loaded };
  const planned: PlannedRun = { ...run, ...(folder === undefined ? await studyFolders(study.output, reporter, knownData).find(run) : { folder }) };
  if (planned.results) return { folder: planned.folder, state: 'finished', results: planned.results };
  return { folder: planned.folder, ...(await trainPlannedRun(planned, { reporter, signal, knownData })) };
}

/** Trains a run that is not finished; the lock of its folder decides between processes that want it at once. */
export async function trainPlannedRun(
  { loaded, folder, problem }: PlannedRun,
  { reporter, signal, knownData }: TrainStudyRunOptions,
): Promise<StudyRunOutcome> {
  if (problem) throw problem;
  const before = lockHolder(folder);
  if (before) return { state: 'taken', holder: before };
  const resume = existsSync(runPaths(folder).experiment);
  try {
    const outcome = await train({ ...loaded, folder, resume, reporter, ...(knownData ? { knownData } : {}), ...(signal ? { signal } : {}) });
    return outcome.reason === 'interrupted' ? { state: 'interrupted' } : { state: 'finished', results: outcome.results };
  } catch (error) {
    const locked = error instanceof Error && error.cause instanceof LockedError ? error.cause : error;
    if (locked instanceof LockedError || locked instanceof FolderLostError) return { state: 'taken', holder: locked.holder };
    // Another process has started it since: it may even be finished.
    if (!resume && existsSync(runPaths(folder).experiment) && lockHolder(folder)) return { state: 'taken', holder: lockHolder(folder) };
    throw error;
  }
}
