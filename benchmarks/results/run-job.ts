import type { TrainingJob } from './plan-jobs.ts';
import { type TrainJobOptions, trainJob } from './train-job.ts';

/** What a worker process is given. Plain data. */
export type Job = { readonly train: TrainingJob };

export async function runJob(job: Job, options: TrainJobOptions): Promise<void> {
  await trainJob(job.train, options);
}
