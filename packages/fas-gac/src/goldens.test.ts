import { readFileSync } from 'node:fs';
import { type AnyItem, completeOptions, corePlugin, type Kind } from '@gradalign/core';
import { type GoldenOptimizers, runGoldenOptimizer } from '@gradalign/core/testing';
import { loadEngine, setFusedKernels } from '@gradalign/engine';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import optimizers from '../../optimizers/src/index.ts';
import fasGac from './index.ts';

const read = (path: string) => JSON.parse(readFileSync(new URL(`../../../goldens/${path}optimizers.json`, import.meta.url), 'utf8')) as GoldenOptimizers;
const files = ['', 'two-domains/', 'absent-domain/', 'three-classes/', 'family/'].map((path) => [path, read(path)] as const);
const items = [...corePlugin.items, ...optimizers.items, ...fasGac.items];
const catalogue = { find: (kind: Kind, name: string) => items.find((item) => item.kind === kind && item.name === name) as AnyItem };

beforeAll(async () => {
  await loadEngine();
});

describe.each([true, false])('fused kernels: %s', (fused) => {
  it.each(
    files.flatMap(([path, file]) =>
      file.cases.map(
        (golden) =>
          [
            `${path}${golden.optimizer.use} on ${golden.optimizer.base.use}${golden.auxiliary ? ' with supcon' : ''} ${JSON.stringify(golden.optimizer)}`,
            file,
            golden,
          ] as const,
      ),
    ),
  )('%s agrees with float64 to 1e-4 after three steps', (_, file, golden) => {
    setFusedKernels(fused);
    const before = tf.memory().numTensors;
    const { deviation, where } = runGoldenOptimizer(file, golden, catalogue, completeOptions);
    setFusedKernels(true);
    expect(deviation, where).toBeLessThan(1e-4);
    expect(tf.memory().numTensors).toBe(before);
  });
});
