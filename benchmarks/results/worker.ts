// One worker process of the study: takes a job as a message, answers { done } or { error }, and ends when it is told to stop or its parent is gone.
import { type Reporter, silentReporter } from '@gradalign/core';
import { type Job, runJob } from './run-job.ts';

/** From the parent: a job, or the request to finish the step, save and end. */
export type ToWorker = { readonly job: Job } | { readonly stop: true };
export type FromWorker = { readonly done: true } | { readonly stopped: true } | { readonly error: string } | { readonly warning: string };

const stopping = new AbortController();
const send = (message: FromWorker) => process.send?.(message);
const reporter: Reporter = { ...silentReporter, warn: (warning) => send({ warning }) };

process.on('disconnect', () => stopping.abort());
process.on('message', (message: ToWorker) => {
  if ('stop' in message) {
    stopping.abort();
    return;
  }
  runJob(message.job, { reporter, signal: stopping.signal }).then(
    () => send(stopping.signal.aborted ? { stopped: true } : { done: true }),
    (error: unknown) => send({ error: error instanceof Error ? (error.name === 'UserError' ? error.message : (error.stack ?? error.message)) : String(error) }),
  );
});
