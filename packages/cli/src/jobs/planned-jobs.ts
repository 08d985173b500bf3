import { existsSync } from 'node:fs';
import type { LoadOptions, PlannedRun, Study } from '@gradalign/core';
import type { Terminal } from '../terminal.ts';
import { type PlannedJob, plannedJob, type SharedOptions } from './train-command.ts';

/** The runs of a study, and those that are not finished as jobs. */
export interface PlannedJobs {
  readonly planned: readonly PlannedRun[];
  /** Not finished. */
  readonly missing: readonly PlannedRun[];
  /** Those of `missing` that can be run. */
  readonly jobs: readonly PlannedJob[];
}

/** Plans a study; runs that cannot be run are told. */
export async function plannedJobs(file: string, study: Study, loading: LoadOptions, options: SharedOptions, terminal: Terminal): Promise<PlannedJobs> {
  const { planStudy, runPaths } = await import('@gradalign/core');
  const planned = await planStudy(study, loading, terminal);
  const missing = planned.filter(({ results }) => !results);
  for (const { folder, problem } of missing) if (problem) terminal.error(`${folder} cannot be run: ${problem.message}`);
  const jobs = missing
    .filter(({ problem }) => !problem)
    .map((run) => plannedJob(file, run, options, existsSync(runPaths(run.folder).experiment) ? 'started' : 'waiting'));
  return { planned, missing, jobs };
}
