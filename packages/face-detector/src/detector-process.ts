import { forkModule } from '@gradalign/engine/processes';
import type { DetectedFace, DetectorAnswer, DetectorModel, Picture } from './detected-face.ts';
import { FaceDetectorError } from './face-detector-error.ts';

/** The process ended while it was working on a picture. */
export class ProcessEndedError extends Error {}

export interface DetectorProcess {
  readonly pid: number;
  /** One picture at a time. @throws ProcessEndedError, or an error that concerns this picture only. */
  detect(picture: Picture): Promise<readonly DetectedFace[]>;
  readonly ended: boolean;
  close(): Promise<void>;
}

/** Starts a process and waits until its network is loaded. @throws FaceDetectorError if it does not load. */
export async function startDetectorProcess(model: DetectorModel, minimumScore: number): Promise<DetectorProcess> {
  const { child, lastWords, close } = forkModule(new URL('detector-child', import.meta.url), [model, String(minimumScore)]);
  let waiting: { resolve(answer: DetectorAnswer): void; reject(error: Error): void } | undefined;
  let ended = false;
  const next = () =>
    new Promise<DetectorAnswer>((resolve, reject) => {
      if (ended) return reject(new ProcessEndedError('the process has ended'));
      waiting = { resolve, reject };
    });
  child.on('message', (answer: DetectorAnswer) => waiting?.resolve(answer));
  const exited = new Promise<void>((resolve) => {
    const end = (why: string) => {
      ended = true;
      waiting?.reject(new ProcessEndedError(why));
      resolve();
    };
    child.on('error', (error) => end(error.message));
    child.on('exit', (code, signal) => end(`the process ended by ${signal ?? `code ${code}`}${lastWords()}`));
  });

  const first = await next().catch((error: Error) => ({ failed: error.message }));
  if (!('ready' in first)) {
    child.kill('SIGKILL');
    const why = 'failed' in first ? first.failed : 'its process sent an unknown answer';
    throw new FaceDetectorError(
      `Cannot run the face detector: ${why}, expected @vladmandic/face-api 1.7.15 and @tensorflow/tfjs-backend-wasm to be installed completely (npm install)`,
    );
  }
  let ids = 0;
  return {
    pid: child.pid ?? 0,
    get ended() {
      return ended;
    },
    async detect({ data, width, height }) {
      const answered = next();
      // Nothing else of it: what `readPicture` of liveness gives has a function, which cannot be sent. A broken pipe is reported as the end of the process.
      child.send({ id: ids++, picture: { data, width, height } }, () => {});
      const answer = await answered;
      if ('faces' in answer) return answer.faces;
      throw new Error('error' in answer ? answer.error : 'the detector sent an unknown answer');
    },
    close: () => close(exited),
  };
}
