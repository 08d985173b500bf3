import type { DetectedFace, DetectorModel, Picture } from './detected-face.ts';
import { type DetectorProcess, ProcessEndedError, startDetectorProcess } from './detector-process.ts';
import { FaceDetectorError } from './face-detector-error.ts';

/** Name and version of what finds the faces, for records of how data were made. */
export const detectorVersion = '@vladmandic/face-api 1.7.15';

export interface FaceDetectorOptions {
  readonly model?: DetectorModel;
  /** Faces below this score are not told, 0..1. */
  readonly minimumScore?: number;
  /** Processes, one picture at a time each; started when they are first needed. About 200 MB each. */
  readonly processes?: number;
}

export interface FaceDetector {
  /** Faces of a picture, the largest first; an empty list where there is none. The same whichever process looks. @throws FaceDetectorError */
  detect(picture: Picture): Promise<readonly DetectedFace[]>;
  /** Ends the processes after what they are doing; pictures that wait are refused. */
  close(): Promise<void>;
}

/**
 * Detects faces in processes of their own. One that ends by itself (memory, a signal) is replaced and its picture given to the new one; a
 * picture on which the second ends too is refused, others go on.
 */
export function createFaceDetector({ model = 'ssd', minimumScore = 0.5, processes = 1 }: FaceDetectorOptions = {}): FaceDetector {
  if (!Number.isInteger(processes) || processes < 1)
    throw new RangeError(`Cannot make a face detector: ${processes} processes are wanted, expected at least 1`);
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
    // Loaded ones are taken first: no more processes than are needed at a time.
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
            `Cannot look for faces in a picture of ${picture.width} x ${picture.height}: ${(error as Error).message}${ended ? ', for the second time' : ''}, expected it to go through`,
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
      const { data, width, height } = picture;
      if (!(width >= 1 && height >= 1) || data.length !== width * height * 3)
        throw new RangeError(`Cannot look for faces: ${data.length} bytes for ${width} x ${height}, expected RGB pixels, at least one`);
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
  return new FaceDetectorError('Cannot look for faces: the detector is closed, expected an open one');
}
