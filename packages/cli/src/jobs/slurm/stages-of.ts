import type { PlannedJob } from '../train-command.ts';

/** Jobs that nothing of the same stage or a later one has to be finished for, in the order of the plan. */
export type Stage = readonly PlannedJob[];

/**
 * The stages of a plan: a job comes one stage after the last of those it waits for. What is waited for and is not among the jobs is finished, or somebody
 * else works on it.
 */
export function stagesOf(jobs: readonly PlannedJob[]): readonly Stage[] {
  const byFolder = new Map(jobs.map((job) => [job.folder, job]));
  const depths = new Map<PlannedJob, number>();
  const waiting = new Set<PlannedJob>();
  const depthOf = (job: PlannedJob): number => {
    const known = depths.get(job);
    if (known !== undefined) return known;
    if (waiting.has(job)) throw new Error(`runs wait for each other: ${[...waiting, job].map(({ folder }) => folder).join(', ')}`);
    waiting.add(job);
    let depth = 0;
    for (const folder of job.after) {
      const before = byFolder.get(folder);
      if (before) depth = Math.max(depth, 1 + depthOf(before));
    }
    waiting.delete(job);
    depths.set(job, depth);
    return depth;
  };
  const stages = jobs.reduce((last, job) => Math.max(last, 1 + depthOf(job)), 0);
  return Array.from({ length: stages }, (_, depth) => jobs.filter((job) => depthOf(job) === depth));
}
