import type { DetectorAnswer, DetectorModel, DetectorTask } from './detected-face.ts';
import { findFaces } from './find-faces.ts';
import { loadFaceApi } from './load-face-api.ts';

/** A process that detects faces in one picture after the other. tfjs keeps one engine per process, and the parent's is the trainer's. */
const [model, minimumScore] = process.argv.slice(2) as [DetectorModel, string];

const send = (answer: DetectorAnswer) => process.send?.(answer);

// Ctrl-C reaches the whole process group, but the parent decides when this process ends. Without the parent it has nothing to do.
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
