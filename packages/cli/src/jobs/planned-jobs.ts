import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { LoadOptions, PlannedRun, PlannedSearch, Study } from '@gradalign/core';
import type { Terminal } from '../terminal.ts';
import { type PlannedJob, plannedJob, plannedSearch, type SharedOptions } from './train-command.ts';

/** The runs of a study, and those that are not finished as jobs. */
export interface PlannedJobs {
  readonly trials: readonly PlannedRun[];
  readonly runs: readonly PlannedRun[];
  /** Both; without the trials where one command trains all of a search. */
  readonly planned: readonly PlannedRun[];
  /** Not finished. */
  readonly missing: readonly PlannedRun[];
  /** Those of `missing` that can be run, and searches whose trials are left early. */
  readonly jobs: readonly PlannedJob[];
  /** Whether every run that is missing can be run. */
  readonly isWhole: boolean;
}

/** Plans a study; runs that cannot be run are told. */
export async function plannedJobs(file: string, study: Study, loading: LoadOptions, options: SharedOptions, terminal: Terminal): Promise<PlannedJobs> {
  const { planWholeStudy, runPaths } = await import('@gradalign/core');
  const { trials, searches, runs } = await planWholeStudy(study, loading, terminal);
  const halved = study.search?.halving ? searches : [];
  const planned = [...(halved.length > 0 ? [] : trials), ...runs.map((run) => ({ ...run, ...waitingFor(run, halved) }))];
  const missing = planned.filter(({ results, diverged }) => !results && diverged === undefined);
  for (const { folder, problem } of missing) if (problem) terminal.error(`${folder} cannot be run: ${problem.message}`);
  const jobs = [
    ...halved.filter(({ next }) => next.length > 0).map((search) => plannedSearch(file, search, options)),
    ...missing
      .filter(({ problem }) => !problem)
      .map((run) => plannedJob(file, run, options, existsSync(runPaths(run.folder).experiment) ? 'started' : 'waiting')),
  ];
  return { trials, runs, planned, missing, jobs, isWhole: !missing.some(({ problem }) => problem) };
}

/** A run waits for its whole search where trials are left early. */
function waitingFor(run: PlannedRun, halved: readonly PlannedSearch[]): Pick<PlannedRun, 'waitsFor'> {
  const search = halved.find(({ method, targets }) => method === run.method && targets.includes(run.target));
  return search && run.waitsFor ? { waitsFor: [dirname(search.file)] } : {};
}
