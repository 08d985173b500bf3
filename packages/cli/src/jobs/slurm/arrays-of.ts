import type { PlannedJob } from '../train-command.ts';
import type { Stage } from './stages-of.ts';

/** A job array, one task a job. */
export interface JobArray {
  readonly jobs: readonly PlannedJob[];
  /** Places, in the list of arrays, of those that have to have ended before. */
  readonly after: readonly number[];
}

/**
 * The stages of a plan as arrays of at most so many tasks. Each array waits for all of the stage before its own. `inTurn`: also for those before it in its own
 * stage, so that a bound on the tasks that run at a time holds for the stage as a whole.
 */
export function arraysOf(
  stages: readonly Stage[],
  { most = Number.POSITIVE_INFINITY, inTurn = false }: { readonly most?: number; readonly inTurn?: boolean },
): readonly JobArray[] {
  const arrays: JobArray[] = [];
  let before: readonly number[] = [];
  for (const stage of stages) {
    const own: number[] = [];
    for (let from = 0; from < stage.length; from += most) {
      const after = [...before, ...(inTurn ? own : [])];
      own.push(arrays.length);
      arrays.push({ jobs: stage.slice(from, from + most), after });
    }
    before = own;
  }
  return arrays;
}
