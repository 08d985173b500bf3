import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { completeOptions, createSeed, encodeSafetensors, type Model, type ModelContext } from '@gradalign/core';
import { loadEngine } from '@gradalign/engine';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { resnet18 } from './resnet18.ts';
import { type CreateNetwork, type GoldenNetwork, goldenStateDict, runGoldenNetwork } from './testing/golden-network.ts';

const golden = JSON.parse(readFileSync(new URL('../../../goldens/resnet18.json', import.meta.url), 'utf8')) as GoldenNetwork;
const random = createSeed(0).stream('weights');
const context: ModelContext = { image: { size: 64, channels: 3 }, logits: 1, random: (weight) => random.at(weight) };
const folder = mkdtempSync(join(tmpdir(), 'gradalign-resnet-'));

beforeAll(async () => {
  await loadEngine();
});
afterAll(() => rmSync(folder, { recursive: true }));

it('has 11,176,512 weights plus 512 in the cosine head', async () => {
  using model = (await resnet18.create({ head: 'cosine', strict: true }, context)) as Model;
  expect(model.weights.size).toBe(11_176_512 + 512);
});

it('agrees with torchvision: features, logits, loss and running statistics to 1e-4, gradient norms to 2e-3', () => {
  const before = tf.memory().numTensors;
  const results = runGoldenNetwork(golden, resnet18.create as CreateNetwork);
  expect(results.length).toBeGreaterThan(100);
  for (const { name, where, deviation, tolerance } of results) expect(deviation, `${name} ${where}`).toBeLessThan(tolerance ?? 1e-4);
  expect(tf.memory().numTensors).toBe(before);
});

it('lists missing, surplus and misshapen tensors at once; strict: false accepts a new head', { timeout: 300_000 }, async () => {
  const { 'conv1.weight': _, ...rest } = goldenStateDict(golden);
  const broken = join(folder, 'broken.safetensors');
  writeFileSync(
    broken,
    encodeSafetensors({ ...rest, 'bn1.weight': { shape: [3], data: new Float32Array(3) }, 'extra.weight': { shape: [2], data: new Float32Array(2) } }),
  );
  const create = (weights: string, strict: boolean) => async () => resnet18.create({ head: 'cosine', weights, strict }, context);
  await expect(create(broken, true)).rejects.toThrow(
    /Cannot load weights .*broken.safetensors: it lacks conv1\/kernel; bn1\/gamma has shape \[3\] where the model has \[64\]; the model has no extra\/gamma, expected the weights of this network/,
  );
  const imagenet = join(folder, 'imagenet.safetensors');
  const { 'fc.weight': __, ...body } = goldenStateDict(golden);
  writeFileSync(
    imagenet,
    encodeSafetensors({
      ...body,
      'fc.weight': { shape: [1000, 512], data: new Float32Array(512_000) },
      'fc.bias': { shape: [1000], data: new Float32Array(1000) },
    }),
  );
  await expect(create(imagenet, true)).rejects.toThrow('strict: false accepts them with a new head');
  ((await create(imagenet, false)()) as Model)[Symbol.dispose]();
  await expect(create(join(folder, 'none.safetensors'), true)).rejects.toThrow('there is no such file, expected a safetensors file');
  writeFileSync(join(folder, 'x.pth'), Buffer.from('504b0304000000000000', 'hex'));
  await expect(create(join(folder, 'x.pth'), true)).rejects.toThrow('it is a PyTorch file (.pth), expected a safetensors file: gradalign weights import');
});

it('the schema validates the options', () => {
  expect(() => completeOptions(resnet18, { head: 'cosin' })).toThrow("Cannot make model 'resnet18'");
});
