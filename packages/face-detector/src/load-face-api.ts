import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { compileFunction } from 'node:vm';
import { loadEngine } from '@gradalign/engine';
import * as tf from '@tensorflow/tfjs-core';
import type { DetectorModel, Point } from './detected-face.ts';

/** The part of @vladmandic/face-api that we use. */
export interface FaceApi {
  readonly nets: Readonly<Record<'ssdMobilenetv1' | 'tinyFaceDetector' | 'faceLandmark68Net', { loadFromDisk(folder: string): Promise<void> }>>;
  readonly SsdMobilenetv1Options: new (options: { minConfidence: number; maxResults: number }) => object;
  readonly TinyFaceDetectorOptions: new (options: { inputSize: number; scoreThreshold: number }) => object;
  detectAllFaces(image: tf.Tensor3D, options: object): { withFaceLandmarks(): Promise<readonly FaceApiResult[]> };
}

interface FaceApiResult {
  readonly detection: { readonly score: number; readonly box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number } };
  readonly landmarks: { readonly positions: readonly Point[] };
}

/**
 * Loads face-api on tfjs's wasm backend, with the weights from its own package. Its build requires the union package `@tensorflow/tfjs`, which
 * has an install script: it gets tfjs-core instead, on which the engine has registered the chained operations that it calls.
 */
export async function loadFaceApi(model: DetectorModel): Promise<FaceApi> {
  await loadEngine({ engine: 'wasm' });
  const require = createRequire(import.meta.url);
  const file = require.resolve('@vladmandic/face-api/dist/face-api.node-wasm.js');
  const module = { exports: {} };
  const run = compileFunction(readFileSync(file, 'utf8'), ['require', 'module', 'exports'], { filename: file });
  run((name: string): unknown => (name.startsWith('@tensorflow/') ? tf : require(name)), module, module.exports);
  const faceApi = module.exports as FaceApi;
  const weights = join(dirname(dirname(file)), 'model');
  await faceApi.nets[model === 'ssd' ? 'ssdMobilenetv1' : 'tinyFaceDetector'].loadFromDisk(weights);
  await faceApi.nets.faceLandmark68Net.loadFromDisk(weights);
  return faceApi;
}
