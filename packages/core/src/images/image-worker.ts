import { parentPort, workerData } from 'node:worker_threads';
import { createImageTask, type ImageTaskSettings, type TaskOptions, type TaskResult } from './image-task.ts';
import type { ImageRequest } from './image-views.ts';
import { sendError } from './worker-error.ts';
import type { WorkerAnswer, WorkerTask } from './worker-pool.ts';

/** Images to load, and the shared memory to write their views to. */
export interface PlacedRequests {
  readonly requests: readonly ImageRequest[];
  readonly options: TaskOptions;
}

/** A thread of the image loader: runs one task after another, in the order they were sent. */
const task = createImageTask(workerData as ImageTaskSettings);
let last: Promise<void> = Promise.resolve();

parentPort?.on('message', (sent: WorkerTask<PlacedRequests>) => {
  last = last.then(() => answer(sent));
});

async function answer({ id, task: { requests, options } }: WorkerTask<PlacedRequests>): Promise<void> {
  try {
    parentPort?.postMessage({ id, result: await task(requests, options) } satisfies WorkerAnswer<TaskResult>);
  } catch (error) {
    parentPort?.postMessage({ id, error: sendError(error) } satisfies WorkerAnswer<TaskResult>);
  }
}
