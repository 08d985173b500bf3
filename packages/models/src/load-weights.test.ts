import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeSafetensors, Weights } from '@gradalign/core';
import { loadEngine } from '@gradalign/engine';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadWeights } from './load-weights.ts';

const folder = mkdtempSync(join(tmpdir(), 'gradalign weights-'));
afterAll(() => rmSync(folder, { recursive: true }));
beforeAll(async () => {
  await loadEngine();
});

it.each([Number.NaN, Number.POSITIVE_INFINITY])('a file that holds %s is refused with the name of the weight, and nothing is changed', (bad) => {
  using weights = new Weights({ 'head/kernel': tf.ones([2]), 'head/bias': tf.ones([1]) });
  const file = join(folder, 'bad.safetensors');
  const data = { 'head/bias': { shape: [1], data: Float32Array.of(5) }, 'head/kernel': { shape: [2], data: Float32Array.of(1, bad) } };
  writeFileSync(file, encodeSafetensors(data));
  expect(() => loadWeights(weights, file, { strict: true })).toThrow(`Cannot load weights ${file}: 'head/kernel' holds ${bad}, expected finite numbers only`);
  expect(Array.from(weights.get('head/bias').dataSync())).toEqual([1]);
});
