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
  const depthOf = (job: PlannedJob, above: readonly PlannedJob[] = []): number => {
    if (above.includes(job)) throw new Error(`runs wait for each other: ${[...above, job].map(({ folder }) => folder).join(', ')}`);
    const known = depths.get(job);
    if (known !== undefined) return known;
    const before = job.after.flatMap((folder) => byFolder.get(folder) ?? []);
    const depth = before.reduce((deepest, one) => Math.max(deepest, 1 + depthOf(one, [...above, job])), 0);
    depths.set(job, depth);
    return depth;
  };
  const stages = jobs.reduce((last, job) => Math.max(last, 1 + depthOf(job)), 0);
  return Array.from({ length: stages }, (_, depth) => jobs.filter((job) => depthOf(job) === depth));
}
