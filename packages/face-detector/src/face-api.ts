import type { Point } from './detected-face.ts';

/** The part of @vladmandic/face-api that runs the same in Node and in a browser. */
export interface FaceApi {
  /** The TensorFlow.js that it stands on. */
  readonly tf: { tensor3d(values: Uint8Array, shape: readonly [number, number, number], type: 'int32'): Tensor };
  readonly SsdMobilenetv1Options: new (options: { minConfidence: number; maxResults: number }) => object;
  readonly TinyFaceDetectorOptions: new (options: { inputSize: number; scoreThreshold: number }) => object;
  detectAllFaces(image: Tensor, options: object): { withFaceLandmarks(): Promise<readonly FaceApiResult[]> };
}

interface Tensor {
  dispose(): void;
}

interface FaceApiResult {
  readonly detection: { readonly score: number; readonly box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number } };
  readonly landmarks: { readonly positions: readonly Point[] };
}
