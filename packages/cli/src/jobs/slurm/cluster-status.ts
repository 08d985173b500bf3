import type { RunStatus, StudyRunName } from '@gradalign/core';
import { readSubmissions } from './submission.ts';
import { type JobState, jobStates } from './task-states.ts';

/** What the cluster says of the runs of a study. */
export interface ClusterStatus {
  /** Of the task that a run was last submitted as. */
  task(run: RunStatus): JobState | undefined;
  /** Of the last job that makes table and report. */
  readonly table?: JobState;
  /** Why the queue could not be asked. */
  readonly problem?: string;
}

/** Undefined for a study that was not submitted. A submission that cannot be read is thrown as a UserError. */
export async function clusterStatus(output: string): Promise<ClusterStatus | undefined> {
  const submissions = await readSubmissions(output);
  const last = submissions.at(-1);
  if (!last) return undefined;
  const states = jobStates(submissions);
  const byFolder = new Map<string, JobState>();
  const byName = new Map<string, JobState>();
  // What comes later stands.
  for (const { stages } of submissions)
    for (const stage of stages)
      for (const [number, run] of stage.runs.entries()) {
        const task = states.task(stage, number);
        byFolder.delete(run.folder);
        byName.delete(nameOf(run));
        if (!task) continue;
        byFolder.set(run.folder, task);
        byName.set(nameOf(run), task);
      }
  const table = states.job(last.table.name);
  return {
    task: (run) => (run.folder === undefined ? byName.get(nameOf(run)) : byFolder.get(run.folder)),
    ...(table ? { table } : {}),
    ...(states.problem === undefined ? {} : { problem: states.problem }),
  };
}

function nameOf({ method, target, seed, trial }: StudyRunName): string {
  return JSON.stringify([method, target, seed, trial]);
}
