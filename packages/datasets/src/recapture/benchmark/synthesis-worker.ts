import { parentPort, workerData } from 'node:worker_threads';
import type { ClipPlan } from './plan.ts';
import { writeClip } from './write-clip.ts';

/** A thread that writes clips, one after the other. */
const { stage, seed } = workerData as { readonly stage: string; readonly seed: number };
let last: Promise<void> = Promise.resolve();

parentPort?.on('message', ({ id, task }: { readonly id: number; readonly task: ClipPlan }) => {
  last = last.then(() =>
    writeClip(task, stage, seed).then(
      (result) => parentPort?.postMessage({ id, result }),
      (error) => parentPort?.postMessage({ id, error }),
    ),
  );
});
