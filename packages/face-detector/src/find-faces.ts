import type { DetectedFace, DetectorModel, Picture } from './detected-face.ts';
import type { FaceApi } from './face-api.ts';
import { fivePoints, hundredths } from './five-points.ts';

/** Most faces to report; no picture of a data set shows more people. */
const maxFaces = 20;
/** Side of the tiny detector's square input; a multiple of 32. */
const tinySize = 416;

/** Faces of a picture, the largest box first. Leaves no tensors behind. */
export async function findFaces(faceApi: FaceApi, model: DetectorModel, minimumScore: number, { data, width, height }: Picture): Promise<DetectedFace[]> {
  const options =
    model === 'ssd'
      ? new faceApi.SsdMobilenetv1Options({ minConfidence: minimumScore, maxResults: maxFaces })
      : new faceApi.TinyFaceDetectorOptions({ inputSize: tinySize, scoreThreshold: minimumScore });
  const image = faceApi.tf.tensor3d(data, [height, width, 3], 'int32');
  try {
    const found = await faceApi.detectAllFaces(image, options).withFaceLandmarks();
    return found
      .map(({ detection: { box, score }, landmarks }) => ({
        box: { x: hundredths(box.x), y: hundredths(box.y), width: hundredths(box.width), height: hundredths(box.height) },
        landmarks: fivePoints(landmarks.positions),
        score: Math.round(score * 1e4) / 1e4,
      }))
      .sort((a, b) => b.box.width * b.box.height - a.box.width * a.box.height || a.box.x - b.box.x || a.box.y - b.box.y);
  } finally {
    image.dispose();
  }
}
