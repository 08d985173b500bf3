import { measureJob, type SharpnessJob } from './measure-job.ts';
import type { TrainingJob } from './product-study.ts';
import { type JobOptions, trainJob } from './train-job.ts';

/** What a worker process is given. Plain data. */
export type Job = { readonly train: TrainingJob } | { readonly measure: SharpnessJob };

export async function runJob(job: Job, options: JobOptions): Promise<void> {
  if ('train' in job) await trainJob(job.train, options);
  else await measureJob(job.measure, options);
}
