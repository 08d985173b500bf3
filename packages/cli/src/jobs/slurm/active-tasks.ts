import { readSubmissions } from './submission.ts';
import { type JobState, jobStates } from './task-states.ts';

/**
 * Tasks of earlier submissions that are pending or running, by the folder of their run.
 *
 * @throws UserError where there are such submissions and the queue cannot be asked: a run might be submitted twice.
 */
export async function activeTasks(output: string, folders: readonly string[]): Promise<ReadonlyMap<string, JobState>> {
  const { cannot } = await import('@gradalign/core');
  const wanted = new Set(folders);
  const submissions = (await readSubmissions(output)).filter(({ stages }) => stages.some(({ runs }) => runs.some(({ folder }) => wanted.has(folder))));
  const states = jobStates(submissions);
  if (states.problem !== undefined)
    throw cannot('tell which runs are in the queue', states.problem, 'an answer from it, since runs of this study were submitted before');
  const found = new Map<string, JobState>();
  for (const { stages } of submissions)
    for (const stage of stages)
      for (const [task, { folder }] of stage.runs.entries()) {
        const state = states.task(stage, task);
        if (state?.active && wanted.has(folder)) found.set(folder, state);
      }
  return found;
}

/** The number of the array, on which other jobs can depend. */
export function arrayOf({ job }: JobState): string {
  return job.replace(/_.*/, '');
}
