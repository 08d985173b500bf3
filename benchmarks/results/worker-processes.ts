import { type ChildProcess, fork } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { UserError } from '@gradalign/core';
import type { Job } from './run-job.ts';
import type { FromWorker, ToWorker } from './worker.ts';

/** Workers run the TypeScript source, from whatever folder the study was started in. */
const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;

export interface WorkerOptions {
  readonly processes: number;
  /** After each job that came to its end. */
  onDone(index: number): void;
  onWarning(message: string): void;
  /** Aborting lets every worker finish its step and save. */
  readonly signal: AbortSignal;
}

/**
 * Runs the jobs on so many processes, each with an engine of its own; a job goes to whoever is free next, and its result depends on no other one.
 * Returns false where the signal ended it early. Throws the first error after the other workers have saved what they had.
 */
export async function runOnWorkers(jobs: readonly Job[], { processes, onDone, onWarning, signal }: WorkerOptions): Promise<boolean> {
  let next = 0;
  let failed: Error | undefined;
  const work = async () => {
    if (next >= jobs.length) return;
    const worker = fork(fileURLToPath(new URL('./worker.ts', import.meta.url)), {
      execArgv: ['--conditions=@gradalign/source', '--import', tsx],
      env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2' },
      // A session of its own: Ctrl-C reaches this process alone, which decides what it means. A worker whose parent is gone saves and ends.
      detached: true,
    });
    try {
      while (next < jobs.length && !failed && !signal.aborted) {
        const index = next++;
        const answer = await ask(worker, { job: jobs[index] as Job }, { onWarning, stop: stopping.signal });
        if ('error' in answer) failed ??= new UserError(answer.error);
        if ('error' in answer || 'stopped' in answer) stopping.abort();
        else onDone(index);
      }
    } finally {
      if (worker.connected) worker.disconnect();
    }
  };
  const stopping = new AbortController();
  const stop = () => stopping.abort();
  signal.addEventListener('abort', stop, { once: true });
  try {
    await Promise.all(Array.from({ length: processes }, work));
  } finally {
    signal.removeEventListener('abort', stop);
  }
  if (failed) throw failed;
  return !signal.aborted;
}

type Answer = Exclude<FromWorker, { readonly warning: string }>;

interface AskOptions {
  onWarning(message: string): void;
  readonly stop: AbortSignal;
}

/** One message out, one answer back; warnings on the way. A worker that dies is an error. */
function ask(worker: ChildProcess, message: ToWorker, { onWarning, stop }: AskOptions): Promise<Answer> {
  return new Promise((resolve) => {
    const tellToStop = () => worker.send({ stop: true } satisfies ToWorker);
    const onMessage = (answer: FromWorker) => ('warning' in answer ? onWarning(answer.warning) : end(answer));
    const onExit = (code: number | null, signal: string | null) =>
      end({ error: `Cannot go on with the study: a worker process ended (${signal ?? `exit code ${code}`})` });
    const end = (answer: Answer) => {
      worker.off('message', onMessage);
      worker.off('exit', onExit);
      stop.removeEventListener('abort', tellToStop);
      resolve(answer);
    };
    worker.on('message', onMessage);
    worker.on('exit', onExit);
    stop.addEventListener('abort', tellToStop, { once: true });
    worker.send(message);
    if (stop.aborted) tellToStop();
  });
}
