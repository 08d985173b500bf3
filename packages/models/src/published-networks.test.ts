import { readFileSync } from 'node:fs';
import type { Model } from '@gradalign/core';
import { loadEngine, setFusedKernels } from '@gradalign/engine';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { efficientnetLite0 } from './efficientnet-lite0.ts';
import { mobilenetV2 } from './mobilenet-v2.ts';
import { resnet34 } from './resnet34.ts';
import { resnet50 } from './resnet50.ts';
import { type CreateNetwork, type GoldenNetwork, runGoldenNetwork } from './testing/golden-network.ts';

beforeAll(async () => {
  await loadEngine();
});
afterEach(() => setFusedKernels(true));

// Weights as counted by PyTorch, without the classifier. The residual blocks on both routes: resnet18.test.ts and the engine's own tests.
const networks = [
  { file: 'resnet34', definition: resnet34, weights: 21_284_672, features: 512, routes: [true] },
  { file: 'resnet50', definition: resnet50, weights: 23_508_032, features: 2048, routes: [true] },
  { file: 'mobilenet_v2', definition: mobilenetV2, weights: 2_223_872, features: 1280, routes: [true, false] },
  { file: 'efficientnet_lite0', definition: efficientnetLite0, weights: 3_371_008, features: 1280, routes: [true, false] },
];

const time = 300_000;

describe.each(networks)('$file', ({ file, definition, weights, features, routes }) => {
  const golden = JSON.parse(readFileSync(new URL(`../../../goldens/models/${file}.json`, import.meta.url), 'utf8')) as GoldenNetwork;

  it.each(routes)(
    'has the published weights and agrees with the reference in both passes, forward and backward; fused kernels: %s',
    { timeout: time },
    (fused) => {
      setFusedKernels(fused);
      const before = tf.memory().numTensors;
      let size = 0;
      const create: CreateNetwork = (options, context) => {
        const model = definition.create(options, context) as Model;
        size = model.weights.size;
        return model;
      };
      const results = runGoldenNetwork(golden, create);
      expect(size).toBe(weights + features);
      expect(results.length).toBeGreaterThan(100);
      for (const { name, where, deviation, tolerance } of results) expect(deviation, `${name} ${where}`).toBeLessThanOrEqual(tolerance as number);
      expect(tf.memory().numTensors).toBe(before);
    },
  );
});
