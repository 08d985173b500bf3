import type { PreparationSettings } from './preparation-settings.ts';

/** What a detector takes of the settings of a preparation. */
type DetectorSettings = Pick<PreparationSettings, 'network' | 'workers' | 'minimumScore'>;

/** The detector of `gradalign data prepare`, or undefined where no face is detected; the caller closes it. */
export async function openFaceDetector({ faces, ...settings }: DetectorSettings & Pick<PreparationSettings, 'faces'>) {
  return faces === 'auto' || faces === 'detector' ? createDetector(settings) : undefined;
}

/** A detector; the caller closes it. A failure on one picture is an error of its clip, any other failure ends the command. */
export async function createDetector({ network, workers, minimumScore }: DetectorSettings) {
  const { createFaceDetector, detectorVersion, FaceDetectorError } = await import('@gradalign/face-detector');
  const { BrokenClipError } = await import('@gradalign/datasets');
  const detector = createFaceDetector({ model: network, minimumScore, processes: Math.max(1, workers) });
  return {
    name: `${detectorVersion}, ${network}, score ${minimumScore}`,
    detect: (picture: Parameters<typeof detector.detect>[0]) =>
      detector.detect(picture).catch((error: unknown) => {
        throw error instanceof FaceDetectorError && error.onePicture ? new BrokenClipError(error.message, { cause: error }) : error;
      }),
    close: () => detector.close(),
  };
}
