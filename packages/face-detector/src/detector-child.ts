import type { DetectorAnswer, DetectorModel, DetectorTask } from './detected-face.ts';
import { findFaces } from './find-faces.ts';
import { loadFaceApi } from './load-face-api.ts';

/** A process that looks at one picture after the other: tfjs keeps one engine a process, and that is the trainer's in the parent. */
const [model, minimumScore] = process.argv.slice(2) as [DetectorModel, string];

const send = (answer: DetectorAnswer) => process.send?.(answer);

// Ctrl-C goes to the whole group of processes; the parent decides when this one ends. Without a parent it has nothing to do.
process.on('SIGINT', () => {});
process.on('disconnect', () => process.exit(0));

try {
  const faceApi = await loadFaceApi(model);
  let last: Promise<unknown> = Promise.resolve();
  process.on('message', ({ id, picture }: DetectorTask) => {
    last = last.then(async () => {
      try {
        send({ id, faces: await findFaces(faceApi, model, Number(minimumScore), picture) });
      } catch (error) {
        send({ id, error: (error as Error).message });
      }
    });
  });
  send({ ready: true });
} catch (error) {
  send({ failed: (error as Error).message });
}
