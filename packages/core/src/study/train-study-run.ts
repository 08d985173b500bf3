import { existsSync } from 'node:fs';
import { LockedError } from '@gradalign/engine/files';
import type { LoadOptions } from '../configuration/load-experiment.ts';
import { cannot, DivergedError, type UserError } from '../contracts/errors.ts';
import type { Reporter } from '../contracts/reporter.ts';
import { KnownData } from '../data/known-data.ts';
import { type LockHolder, lockHolder } from '../files/folder-lock.ts';
import { FolderLostError, runPaths } from '../run/run-folder.ts';
import type { RunResults } from '../run/run-results.ts';
import { train } from '../run/train.ts';
import { readDiverged, writeDiverged } from './diverged-trial.ts';
import { type PlannedRun, type StudyFolders, studyFolders, type WantedRun } from './find-study-run.ts';
import { loadStudyRun } from './load-study-run.ts';
import { loadTrial, type PlannedSearch, planSearches, recordChoices } from './plan-search.ts';
import { planSearchedRun } from './plan-searched-run.ts';
import { readRung, writeRung } from './rung-record.ts';
import { requireSettledSearch } from './settle-search.ts';
import { type Study, searchedRanges } from './study-definition.ts';
import type { StudyRunName } from './study-run-name.ts';

/** How a run of a study ended, or that another process works on it. */
export type StudyRunOutcome =
  | { readonly state: 'finished'; readonly results: RunResults }
  /** A trial of a search, which goes on without it. */
  | { readonly state: 'diverged'; readonly message: string }
  | { readonly state: 'interrupted' }
  /** A trial that waits to be compared with the others after so many epochs. */
  | { readonly state: 'paused'; readonly epoch: number }
  | { readonly state: 'taken'; readonly holder: LockHolder | undefined };

/** Options of `trainStudyRun` and `trainPlannedRun`. */
export interface TrainStudyRunOptions {
  readonly reporter: Reporter;
  readonly signal?: AbortSignal | undefined;
  readonly knownData?: KnownData;
}

/**
 * Trains one run of a study in its folder: starts it, resumes it, or returns the results that are there.
 *
 * @param options `folder`: where a plan says that the run is; default: it is looked for, or named, among the study's. `until`: epochs after which a trial
 *   is paused.
 * @throws ConfigurationError if its experiment is not valid; UserError if the results in its folder are damaged; what `train` throws.
 */
export async function trainStudyRun(
  study: Study,
  which: StudyRunName,
  {
    reporter,
    signal,
    knownData = new KnownData(),
    folder,
    until,
    ...options
  }: TrainStudyRunOptions & LoadOptions & { readonly folder?: string; readonly until?: number },
): Promise<StudyRunOutcome & { readonly folder: string }> {
  const settled = await requireSettledSearch(study, options);
  const folders = studyFolders(settled.output, reporter, knownData);
  const planned: PlannedRun = { ...(await planOne(settled, which, folder, options, folders)), ...(until === undefined ? {} : { until }) };
  for (const warning of planned.loaded.warnings) reporter.warn(warning);
  if (planned.results) return { folder: planned.folder, state: 'finished', results: planned.results };
  return { folder: planned.folder, ...(await trainPlannedRun(planned, { reporter, signal, knownData })) };
}

async function planOne(study: Study, which: StudyRunName, folder: string | undefined, options: LoadOptions, folders: StudyFolders): Promise<PlannedRun> {
  const { method, target, trial } = which;
  const place = async (run: WantedRun): Promise<PlannedRun> => ({ ...run, ...(folder === undefined ? await folders.find(run) : { folder }) });
  if (trial !== undefined) {
    const seed = study.search?.seed ?? which.seed;
    return place({ ...which, seed, loaded: await loadTrial(study, { method, target, trial }, options) });
  }
  const [search] = searchedRanges(study, method) ? await planSearches(study, options, folders.find, which) : [];
  if (!search) return place({ ...which, loaded: await loadStudyRun(study, which, options) });
  recordChoices([search]);
  const planned = await planSearchedRun(study, which, search, options, folders);
  if (planned.waitsFor) throw unfinishedSearch(which, search);
  if (planned.problem || folder === undefined) return planned;
  // What is in the folder that was named is looked at when the run is started.
  const { results: _, ...run } = planned;
  return { ...run, folder };
}

function unfinishedSearch({ method, target }: StudyRunName, { waitsFor, trials }: PlannedSearch): UserError {
  return cannot(
    `train a run of '${method}' on ${target}`,
    `${waitsFor.length} of ${trials.length} trials that its settings are chosen from are not finished (the first is ${waitsFor[0]})`,
    'all of them: gradalign compare --plan lists their commands',
  );
}

/** Trains a run that is not finished; the lock of its folder decides between processes that want it at once. */
export async function trainPlannedRun(
  { loaded, folder, problem, trial, diverged, until }: PlannedRun,
  { reporter, signal, knownData }: TrainStudyRunOptions,
): Promise<StudyRunOutcome> {
  if (problem) throw problem;
  const known = diverged ?? (trial === undefined ? undefined : readDiverged(folder));
  if (known !== undefined) return { state: 'diverged', message: known };
  if (until !== undefined && readRung(folder, until)) return { state: 'paused', epoch: until };
  const before = lockHolder(folder);
  if (before) return { state: 'taken', holder: before };
  const resume = existsSync(runPaths(folder).experiment);
  try {
    const outcome = await train({
      ...loaded,
      folder,
      resume,
      reporter,
      ...(knownData ? { knownData } : {}),
      ...(signal ? { signal } : {}),
      ...(until === undefined ? {} : { pauseAfter: until }),
    });
    if (outcome.reason === 'interrupted' && outcome.paused) {
      writeRung(folder, outcome.position.epoch, outcome.paused);
      return { state: 'paused', epoch: outcome.position.epoch };
    }
    return outcome.reason === 'interrupted' ? { state: 'interrupted' } : { state: 'finished', results: outcome.results };
  } catch (error) {
    if (trial !== undefined && error instanceof DivergedError) {
      writeDiverged(folder, error.message);
      reporter.warn(`trial ${trial} diverged, and the search goes on without it: ${error.message}`);
      return { state: 'diverged', message: error.message };
    }
    const locked = error instanceof Error && error.cause instanceof LockedError ? error.cause : error;
    if (locked instanceof LockedError || locked instanceof FolderLostError) return { state: 'taken', holder: locked.holder };
    // Another process has started it since: it may even be finished.
    if (!resume && existsSync(runPaths(folder).experiment) && lockHolder(folder)) return { state: 'taken', holder: lockHolder(folder) };
    throw error;
  }
}
