import { parentPort } from 'node:worker_threads';
import { type CropTask, cropFace } from './crop-task.ts';

/** A thread that crops, one frame after the other. */
let last: Promise<void> = Promise.resolve();

parentPort?.on('message', ({ id, task }: { readonly id: number; readonly task: CropTask }) => {
  last = last.then(() =>
    cropFace(task).then(
      (result) => parentPort?.postMessage({ id, result }),
      (error) => parentPort?.postMessage({ id, error }),
    ),
  );
});
