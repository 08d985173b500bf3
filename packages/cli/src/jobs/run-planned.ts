import type { FailedRun, LoadOptions, PlannedRun, PlannedSearch, Study, StudyRun } from '@gradalign/core';
import { optionReader } from '../options/option-reader.ts';
import type { Terminal } from '../terminal.ts';
import { runJobs } from './run-jobs.ts';
import type { SharedOptions } from './train-command.ts';

/** What `--jobs` and `--threads-per-job` say. */
export interface JobCount {
  readonly jobs: number;
  readonly threads?: number;
}

/** Undefined without `--jobs`. Throws a UserError, exit code 2, for what is no number of jobs. */
export async function readJobsOptions({
  jobs,
  threadsPerJob,
  plan,
  status,
  estimate,
}: {
  readonly jobs?: string;
  readonly threadsPerJob?: string;
  readonly plan?: boolean;
  readonly status?: boolean;
  readonly estimate?: boolean;
}): Promise<JobCount | undefined> {
  const read = await optionReader('compare');
  if (plan && status) read.refuse('--plan and --status are both given', 'one of them');
  if (estimate && !plan) read.refuse('--estimate is given without --plan', 'both');
  if (jobs === undefined && threadsPerJob !== undefined) read.refuse('--threads-per-job is given without --jobs', 'both');
  if (jobs === undefined) return undefined;
  const threads = threadsPerJob === undefined ? {} : { threads: read.wholeNumber('threads-per-job', threadsPerJob, { least: 1, most: 1024 }) };
  return { jobs: read.wholeNumber('jobs', jobs, { least: 1, most: 256 }), ...threads };
}

/** What `runPlanned` needs besides the study. */
export interface RunPlannedOptions extends JobCount {
  readonly options: SharedOptions;
  readonly loading: LoadOptions;
  readonly onFailed: (run: FailedRun) => void;
  readonly onSearched: (searches: readonly PlannedSearch[]) => void;
}

/**
 * Trains the trials of a study's search, then its runs, several at a time.
 *
 * @throws UserError before the first run if the folder has no locks that work, or so many runs do not fit into the memory of this machine.
 */
export async function runPlanned(
  file: string,
  study: Study,
  { jobs, threads, options, loading, onFailed, onSearched }: RunPlannedOptions,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<StudyRun[]> {
  const { describeOpen, describeSearch, isSame, openTrials, planWholeStudy, recordChoices } = await import('@gradalign/core');
  const work = (plan: readonly PlannedRun[]) =>
    runPlan(file, study, plan, { jobs, ...(threads === undefined ? {} : { threads }), options, onFailed }, terminal, signal);
  let whole = await planWholeStudy(study, loading, terminal);
  for (let open = openTrials(whole); open.length > 0; ) {
    terminal.notice(describeOpen(whole, open));
    await work(open);
    if (signal.aborted) return [];
    whole = await planWholeStudy(study, loading, terminal);
    const after = openTrials(whole);
    open = isSame(open, after) ? [] : after;
  }
  recordChoices(whole.searches);
  onSearched(whole.searches);
  for (const search of whole.searches) terminal.notice(describeSearch(study, search));
  return work(whole.runs.filter(({ waitsFor }) => !waitsFor));
}

/** Trains what is missing of a plan, several at a time. */
async function runPlan(
  file: string,
  study: Study,
  plan: readonly PlannedRun[],
  { jobs, threads, options, onFailed }: Omit<RunPlannedOptions, 'loading' | 'onSearched'>,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<StudyRun[]> {
  const { requireMemory, requireWorkingLocks, sweepRunFolder, usableMemory, UserError } = await import('@gradalign/core');
  const missing = plan.filter(({ results }) => !results);
  for (const { folder, results } of plan) if (results) sweepRunFolder(folder);
  const atOnce = Math.max(1, Math.min(jobs, missing.length));
  for (const { loaded } of missing) {
    const { data } = loaded.experiment;
    const shared = { ...loaded.experiment, data: { ...data, cacheMegabytes: Math.floor(data.cacheMegabytes / atOnce) } };
    requireMemory(shared, usableMemory() / atOnce, atOnce === 1 ? undefined : `each of ${atOnce} jobs has`);
  }
  if (missing.length > 0) requireWorkingLocks(study.output);
  return runJobs({
    ...{ file, study, plan, options, terminal, signal, jobs: atOnce },
    ...(threads === undefined ? {} : { threads }),
    onFailed: ({ method, target, seed, trial, folder }, error) =>
      onFailed({ method, target, seed, ...(trial === undefined ? {} : { trial }), folder, error: new UserError(error) }),
  });
}
