import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { DetectorModel } from './detected-face.ts';
import { networksOf, wasmFiles, weightFiles } from './weight-files.ts';

/** A file that the detector in a browser asks for. */
export interface BrowserFile {
  /** Name under the folder that `loadBrowserFaceDetector` is given. */
  readonly name: string;
  /** Where it is on this machine, in the packages that this one depends on. */
  readonly path: string;
}

/** The files that a page must serve for `loadBrowserFaceDetector`: weights, and WebAssembly with and without SIMD, of which a browser loads one. Default: `ssd`. */
export function browserFiles(model: DetectorModel = 'ssd'): readonly BrowserFile[] {
  const require = createRequire(import.meta.url);
  const weights = join(dirname(require.resolve('@vladmandic/face-api/package.json')), 'model');
  const wasm = dirname(require.resolve('@tensorflow/tfjs-backend-wasm'));
  const names = networksOf(model).flatMap((network) => Object.values(weightFiles(network)));
  return [...names.map((name) => ({ name, path: join(weights, name) })), ...wasmFiles.map((name) => ({ name, path: join(wasm, name) }))];
}
