import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { compileFunction } from 'node:vm';
import { loadEngine } from '@gradalign/engine';
import * as tf from '@tensorflow/tfjs-core';
import type { DetectorModel } from './detected-face.ts';
import type { FaceApi } from './face-api.ts';

/** The networks of @vladmandic/face-api, loaded from files. */
interface LoadedFromDisk extends FaceApi {
  readonly nets: Readonly<Record<'ssdMobilenetv1' | 'tinyFaceDetector' | 'faceLandmark68Net', { loadFromDisk(folder: string): Promise<void> }>>;
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
  const faceApi = module.exports as LoadedFromDisk;
  const weights = join(dirname(dirname(file)), 'model');
  await faceApi.nets[model === 'ssd' ? 'ssdMobilenetv1' : 'tinyFaceDetector'].loadFromDisk(weights);
  await faceApi.nets.faceLandmark68Net.loadFromDisk(weights);
  return faceApi;
}
