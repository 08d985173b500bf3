import { parentPort, workerData } from 'node:worker_threads';
import { createImageTask, type ImageTaskSettings, type LoadedImages } from './image-task.ts';
import type { ImageRequest } from './image-views.ts';
import type { WorkerAnswer, WorkerTask } from './worker-pool.ts';

/** A thread of the image loader: one task after the other, in the order in which they were sent. */
const task = createImageTask(workerData as ImageTaskSettings);
let last: Promise<void> = Promise.resolve();

parentPort?.on('message', (sent: WorkerTask<readonly ImageRequest[]>) => {
  last = last.then(() => answer(sent));
});

async function answer({ id, task: requests }: WorkerTask<readonly ImageRequest[]>): Promise<void> {
  try {
    const result = await task(requests);
    parentPort?.postMessage({ id, result } satisfies WorkerAnswer<LoadedImages>, [result.data.buffer as ArrayBuffer]);
  } catch (error) {
    parentPort?.postMessage({ id, error } satisfies WorkerAnswer<LoadedImages>);
  }
}
