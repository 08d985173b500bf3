import { checkPicture } from './check-picture.ts';
import type { DetectedFace, DetectorModel, Picture } from './detected-face.ts';
import { type DetectorProcess, ProcessEndedError, startDetectorProcess } from './detector-process.ts';
import { FaceDetectorError } from './face-detector-error.ts';

/** Name and version of the package that detects the faces, to be recorded with prepared data. */
export const detectorVersion = '@vladmandic/face-api 1.7.15';

/** Options of {@link createFaceDetector}. */
export interface FaceDetectorOptions {
  /** `ssd` by default. */
  readonly model?: DetectorModel;
  /** Faces with a lower score are left out; 0..1, 0.5 by default. */
  readonly minimumScore?: number;
  /** Number of processes, from 1 (the default): each works on one picture at a time, takes about 200 MB and is started when it is first needed. */
  readonly processes?: number;
}

/** Detects faces in child processes until it is closed. Made by {@link createFaceDetector}. */
export interface FaceDetector {
  /**
   * Faces of a picture, the largest box first, 20 at most; an empty list if there are none. The same for any number of processes.
   *
   * @throws RangeError if the bytes do not match the size; FaceDetectorError if the detector cannot run, is closed, or failed on this picture
   *   (`onePicture`).
   */
  detect(picture: Picture): Promise<readonly DetectedFace[]>;
  /** Ends the processes after their current picture; waiting pictures are rejected with a FaceDetectorError. */
  close(): Promise<void>;
}

/**
 * Creates a detector that works in child processes. A process that ends unexpectedly (memory, a signal) is replaced, and its picture is tried again;
 * if the second process ends too, that picture is rejected, and others go on. Whoever creates a detector closes it.
 *
 * @throws RangeError if `processes` is not a whole number from 1.
 */
export function createFaceDetector({ model = 'ssd', minimumScore = 0.5, processes = 1 }: FaceDetectorOptions = {}): FaceDetector {
  if (!Number.isInteger(processes) || processes < 1)
    throw new RangeError(`Cannot make a face detector: ${processes} processes, expected a whole number from 1`);
  const idle: (DetectorProcess | undefined)[] = Array.from({ length: processes }, () => undefined);
  const queue: ((place: { readonly child: DetectorProcess | undefined } | undefined) => void)[] = [];
  const busy = new Set<Promise<unknown>>();
  let closed = false;

  const take = async (): Promise<DetectorProcess | undefined> => {
    if (closed) throw closedError();
    if (idle.length > 0) return idle.pop();
    const place = await new Promise<{ readonly child: DetectorProcess | undefined } | undefined>((resolve) => queue.push(resolve));
    if (!place) throw closedError();
    return place.child;
  };
  const giveBack = (child: DetectorProcess | undefined) => {
    const usable = child?.ended ? undefined : child;
    const next = queue.shift();
    if (next) next({ child: usable });
    // Running processes are taken first, so that no more are started than are needed at a time.
    else if (usable) idle.push(usable);
    else idle.unshift(undefined);
  };

  const detect = async (picture: Picture): Promise<readonly DetectedFace[]> => {
    let child = await take();
    try {
      for (let attempt = 1; ; attempt++) {
        if (!child || child.ended) child = await startDetectorProcess(model, minimumScore);
        try {
          return await child.detect(picture);
        } catch (error) {
          const ended = error instanceof ProcessEndedError;
          if (ended && attempt === 1) continue;
          throw new FaceDetectorError(
            `Cannot detect faces in a picture of ${picture.width} x ${picture.height}: ${(error as Error).message}${ended ? ', for the second time' : ''}, expected the detector to finish`,
            { cause: error, onePicture: true },
          );
        }
      }
    } finally {
      giveBack(child);
    }
  };

  return {
    async detect(picture) {
      checkPicture(picture);
      const work = detect(picture);
      busy.add(work);
      return work.finally(() => busy.delete(work));
    },
    async close() {
      closed = true;
      for (const refuse of queue.splice(0)) refuse(undefined);
      await Promise.allSettled(busy);
      await Promise.all(idle.splice(0).map(async (child) => child?.close()));
    },
  };
}

function closedError(): FaceDetectorError {
  return new FaceDetectorError('Cannot detect faces: the detector is closed, expected an open one');
}
