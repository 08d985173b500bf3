import { readFileSync } from 'node:fs';
import type { Model, ModelDefinition } from '@gradalign/core';
import { loadEngine, setFusedKernels } from '@gradalign/engine';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type CreateNetwork, type GoldenNetwork, runGoldenNetwork } from '../src/testing/golden-network.ts';

/** A network with published weights, of which goldens/models/ has the reference. */
export interface PublishedNetwork {
  readonly file: string;
  readonly definition: ModelDefinition;
  /** As PyTorch counts them, without the classifier. */
  readonly weights: number;
  /** Of the cosine head. */
  readonly features: number;
  /** Whether with fused kernels, or with TensorFlow's own. */
  readonly routes: readonly boolean[];
}

/** The tests of each of the networks against its reference. */
export function testPublishedNetworks(networks: readonly PublishedNetwork[]): void {
  beforeAll(async () => {
    await loadEngine();
  });
  afterEach(() => setFusedKernels(true));

  describe.each(networks)('$file', ({ file, definition, weights, features, routes }) => {
    const golden = JSON.parse(readFileSync(new URL(`../../../goldens/models/${file}.json`, import.meta.url), 'utf8')) as GoldenNetwork;

    it.each(routes)('has the published weights and agrees with the reference in both passes, forward and backward; fused kernels: %s', (fused) => {
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
    });
  });
}
