import { parentPort } from 'node:worker_threads';
import { createWorkerPool, type workerEntry } from '@gradalign/core/images';

export interface InWorkersOptions<T, R> {
  /** Threads; 0: this one. */
  readonly workers: number;
  /** The module that serves tasks. */
  readonly entry: ReturnType<typeof workerEntry>;
  readonly data: unknown;
  /** Runs a task on this thread, with the same result. */
  readonly here: (task: T) => Promise<R>;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Runs tasks in worker threads, or on this one. Results are in the order of the tasks. */
export async function inWorkers<T, R>(tasks: readonly T[], { workers, entry, data, here, onProgress, signal }: InWorkersOptions<T, R>): Promise<R[]> {
  let done = 0;
  const finished = (result: R): R => {
    onProgress?.(++done, tasks.length);
    return result;
  };
  const results: R[] = new Array(tasks.length);
  if (workers === 0) {
    for (const [i, task] of tasks.entries()) {
      signal?.throwIfAborted();
      results[i] = finished(await here(task));
    }
    return results;
  }
  const pool = createWorkerPool<T, R>(entry, data, workers);
  try {
    let next = 0;
    const lane = async () => {
      while (next < tasks.length) {
        signal?.throwIfAborted();
        const i = next++;
        results[i] = finished(await pool.run(tasks[i] as T));
      }
    };
    await Promise.all(Array.from({ length: workers * 2 }, lane));
    return results;
  } finally {
    await pool.close();
  }
}

/** The loop of a worker's module: one task after the other, in the order they were sent. */
export function serveTasks<T, R>(run: (task: T) => Promise<R>): void {
  let last: Promise<void> = Promise.resolve();
  parentPort?.on('message', ({ id, task }: { readonly id: number; readonly task: T }) => {
    last = last.then(() =>
      run(task).then(
        (result) => parentPort?.postMessage({ id, result }),
        (error) => parentPort?.postMessage({ id, error }),
      ),
    );
  });
}
