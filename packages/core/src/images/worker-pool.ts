import { Worker } from 'node:worker_threads';
import { startSharedPixelBudget } from '@gradalign/pixels/files';
import type { WorkerEntry } from './worker-entry.ts';

/** A message to a worker. */
export interface WorkerTask<T> {
  readonly id: number;
  readonly task: T;
}
/** A worker's answer to the task with this id. */
export type WorkerAnswer<R> = { readonly id: number; readonly result: R } | { readonly id: number; readonly error: unknown };

/** Threads that run tasks `T` with results `R`. Whoever creates one closes it. */
export interface WorkerPool<T, R> {
  /**
   * Sends a task to the worker with the fewest open tasks. Tasks queue in the worker, not here: workers go on while the engine blocks this thread.
   * Rejects with the error of the task, or where a thread failed or the pool is closed.
   */
  run(task: T): Promise<R>;
  /** Ends the threads; rejects open tasks. */
  close(): Promise<void>;
}

/**
 * Starts a fixed number of threads. They keep the process alive only while they have tasks; a thread that ends on its own fails the pool. The module at
 * `entry` receives WorkerTask messages and must answer each with a WorkerAnswer.
 *
 * @param data `workerData` of each thread: plain data.
 * @param size Number of threads.
 */
export function createWorkerPool<T, R>(entry: WorkerEntry, data: unknown, size: number): WorkerPool<T, R> {
  let failure: Error | undefined;
  let ids = 0;
  startSharedPixelBudget();
  const members = Array.from({ length: size }, () => startMember());

  function startMember() {
    const open = new Map<number, { resolve: (result: R) => void; reject: (error: unknown) => void }>();
    const worker = new Worker(entry.url, { workerData: data, ...(entry.execArgv ? { execArgv: [...entry.execArgv] } : {}) });
    worker.on('message', (answer: WorkerAnswer<R>) => {
      const task = open.get(answer.id);
      open.delete(answer.id);
      if (open.size === 0) worker.unref();
      if ('error' in answer) task?.reject(answer.error);
      else task?.resolve(answer.result);
    });
    worker.on('error', (error) => fail(`a worker thread failed: ${error instanceof Error ? error.message : error}`, error));
    worker.on('messageerror', (error) => fail(`the answer of a worker thread could not be read: ${error.message}`, error));
    worker.on('exit', (code) => fail(`a worker thread ended with code ${code}`));
    // Last, since a listener refs the worker again.
    worker.unref();
    return { worker, open };
  }

  function fail(why: string, cause?: unknown): void {
    failure ??= new Error(`Cannot load images: ${why}, expected it to run until the loader is closed`, cause === undefined ? {} : { cause });
    for (const { open } of members) {
      for (const { reject } of open.values()) reject(failure);
      open.clear();
    }
  }

  return {
    run: (task) =>
      new Promise((resolve, reject) => {
        if (failure) return reject(failure);
        const idlest = members.reduce((least, member) => (member.open.size < least.open.size ? member : least));
        const id = ids++;
        idlest.open.set(id, { resolve, reject });
        idlest.worker.ref();
        idlest.worker.postMessage({ id, task } satisfies WorkerTask<T>);
      }),
    async close() {
      failure ??= new Error('Cannot load images: the loader is closed, expected an open one');
      fail('');
      // The threads are unref'd: without a timer an otherwise idle process would exit while this is awaited.
      const awake = setInterval(() => {}, 1000);
      await Promise.all(members.map(({ worker }) => worker.terminate())).finally(() => clearInterval(awake));
    },
  };
}
