import { statSync } from 'node:fs';
import { expect, it } from 'vitest';
import { browserFiles } from '../src/browser-files.ts';
import { browserBundle } from './browser-page.ts';

it("the browser's entry is free of modules of Node", async () => {
  const { code, files } = await browserBundle();
  expect(code).not.toMatch(/["']node:/);
  expect(files.filter((file) => file.startsWith('packages/')).sort()).toEqual(
    ['browser', 'check-picture', 'face-detector-error', 'find-faces', 'five-points', 'load-browser-face-detector', 'recorded-detector', 'weight-files'].map(
      (name) => `packages/face-detector/src/${name}.ts`,
    ),
  );
});

it('a page must serve two networks, each as two files, and two builds of WebAssembly', () => {
  const files = browserFiles();
  expect(files.map(({ name }) => name)).toEqual([
    'ssd_mobilenetv1_model-weights_manifest.json',
    'ssd_mobilenetv1_model.bin',
    'face_landmark_68_model-weights_manifest.json',
    'face_landmark_68_model.bin',
    'tfjs-backend-wasm-simd.wasm',
    'tfjs-backend-wasm.wasm',
  ]);
  // 5.6 MB of the detector, 0.4 MB of the landmarks.
  expect(files.filter(({ name }) => name.endsWith('.bin')).map(({ path }) => statSync(path).size)).toEqual([5_616_957, 356_840]);
  expect(browserFiles('tiny')[1]?.name).toBe('tiny_face_detector_model.bin');
});
