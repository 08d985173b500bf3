import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadEngine } from '@gradalign/engine';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { silentReporter } from '../contracts/reporter.ts';
import { Weights } from '../contracts/weights.ts';
import { evaluateOffer } from './evaluate-offer.ts';
import type { EvaluationSetting } from './evaluate-weights.ts';

const folder = mkdtempSync(join(tmpdir(), 'gradalign offer-'));
beforeAll(async () => {
  await loadEngine();
});
afterAll(() => rmSync(folder, { recursive: true }));

it('an average with a value that is not finite is left out with a warning; nothing is written, and the run keeps its own weights', async () => {
  using weights = new Weights({ w: tf.scalar(2) });
  const before = tf.memory().numTensors;
  const warnings: string[] = [];
  const nothing = () => {
    throw new Error('nothing is scored');
  };
  const model = { weights, apply: nothing, [Symbol.dispose]: () => {} };
  const loader = { image: { size: 8, channels: 3 }, load: nothing, close: async () => {}, [Symbol.asyncDispose]: async () => {} } as const;
  const risk = { role: 'risk', logits: 1, perSample: nothing, probabilities: nothing } as const;
  const setting: EvaluationSetting = {
    ...{ model, loader, risk, batch: 8, frames: 1, reporter: { ...silentReporter, warn: (message) => void warnings.push(message) } },
    ...{ classes: ['attack', 'live'], metrics: [], aggregate: 'mean', heldOut: [], targets: [] },
  };
  const values = new Map<string, tf.Tensor>([['w', tf.scalar(Number.NaN)]]);
  const take = () => ({ values, statistics: 'given', about: 'it', facts: {}, [Symbol.dispose]: () => tf.dispose([...values.values()]) }) as const;
  const result = await evaluateOffer(
    setting,
    { name: 'ema', take },
    { scores: join(folder, 'scores'), folder: join(folder, 'weights'), batches: { stepsPerEpoch: 1, epoch: nothing }, epoch: 1 },
  );
  expect(result).toEqual({ error: "its weight 'w' holds values that are not finite" });
  expect(warnings).toEqual(["no weights 'ema': its weight 'w' holds values that are not finite"]);
  expect(weights.get('w').dataSync()[0]).toBe(2);
  expect(tf.memory().numTensors).toBe(before);
  expect(readdirSync(folder)).toEqual([]);
});
