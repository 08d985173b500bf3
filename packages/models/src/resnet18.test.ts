import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  completeOptions,
  corePlugin,
  createObjective,
  createSeed,
  encodeSafetensors,
  type LossDefinition,
  type Model,
  type ModelContext,
  type Risk,
  type StoredTensor,
} from '@gradalign/core';
import { loadEngine } from '@gradalign/engine';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { resnet18 } from './resnet18.ts';
import { torchvisionName } from './torchvision-names.ts';

const golden = JSON.parse(readFileSync(new URL('../../../goldens/resnet18.json', import.meta.url), 'utf8'));
const random = createSeed(0).stream('weights');
const context: ModelContext = { image: { size: 64, channels: 3 }, logits: 1, random: (weight) => random.at(weight) };
const folder = mkdtempSync(join(tmpdir(), 'gradalign-resnet-'));
const file = join(folder, 'resnet18.safetensors');

/** torchvision's tensors by the formula of the reference file. */
function stateDict(): Record<string, StoredTensor> {
  const stages = [64, 128, 256, 512];
  const shape = (name: string): number[] => {
    if (name === 'conv1.weight') return [64, 3, 7, 7];
    if (name === 'fc.weight') return [1, 512];
    const [, stage = '', block = '', layer = ''] = /^layer(\d)\.(\d)\.(\w+(?:\.\d)?)\./.exec(name) ?? [];
    const out = stage ? (stages[Number(stage) - 1] as number) : 64;
    const into = block === '0' && Number(stage) > 1 ? out / 2 : out;
    if (layer === 'conv1') return [out, into, 3, 3];
    if (layer === 'conv2') return [out, out, 3, 3];
    return layer === 'downsample.0' ? [out, into, 1, 1] : [out];
  };
  const draw = (layer: number, i: number) => {
    const u = 43758.5453 * Math.sin(12.9898 * i + 78.233 * (layer + 1) + golden.phase);
    return Math.sqrt(3) * (2 * (u - Math.floor(u)) - 1);
  };
  const value = (name: string, dims: readonly number[], s: number): number => {
    if (dims.length === 4) return s * Math.sqrt(2 / ((dims[1] as number) * (dims[2] as number) * (dims[3] as number)));
    if (dims.length === 2) return s;
    if (name.endsWith('running_mean') || name.endsWith('bias')) return 0.1 * s;
    return name.endsWith('running_var') ? 1 + 0.5 * Math.abs(s) : 1 + 0.1 * s;
  };
  return Object.fromEntries(
    (golden.order as string[]).map((name, layer) => {
      const dims = shape(name);
      const size = dims.reduce((a, b) => a * b, 1);
      return [name, { shape: dims, data: Float32Array.from({ length: size }, (_, i) => value(name, dims, draw(layer, i))) }];
    }),
  );
}

const images = () =>
  tf.tensor4d(
    Float32Array.from({ length: 4 * 64 * 64 * 3 }, (_, i) => {
      const n = Math.floor(i / 12288);
      return Math.sin(0.011 * i + 0.5 * n + golden.phase) + 0.5 * Math.sin(1.7 * i * (1 + n));
    }),
    [4, 64, 64, 3],
  );

const near = (got: ArrayLike<number>, expected: readonly number[], tolerance: number) => {
  const largest = Math.max(...expected.map(Math.abs));
  for (const [i, value] of expected.entries()) expect(Math.abs((got[i] as number) - value) / largest).toBeLessThan(tolerance);
};

let model: Model;
beforeAll(async () => {
  await loadEngine();
  writeFileSync(file, encodeSafetensors(stateDict()));
  model = (await resnet18.create({ head: 'cosine', weights: file, strict: true }, context)) as Model;
});
afterAll(() => rmSync(folder, { recursive: true }));

it('has 11,176,512 weights and 512 in the cosine head', () => {
  expect(model.weights.size).toBe(11_176_512 + 512);
});

it('agrees with torchvision in evaluation: features and logits to 1e-4', () => {
  const [features, logits] = tf.tidy(() => {
    const out = model.apply(images(), { training: false });
    return [tf.slice(out.features, [0, 0], [4, golden.evaluation.features[0].length]).dataSync(), out.logits.dataSync()] as const;
  });
  near(features, golden.evaluation.features.flat(), 1e-4);
  near(logits, golden.evaluation.logits, 1e-4);
});

it('agrees with torchvision in training: loss, gradient norms to 2e-3, running statistics to 1e-4', () => {
  const risk = (corePlugin.items.find(({ name }) => name === 'domain-bce') as LossDefinition).create({ logitScale: golden.formula.logitScale } as never, {
    classes: ['attack', 'live'],
  }) as Risk;
  const batch = { images: images(), labels: Int32Array.from(golden.formula.labels), domains: new Int32Array(4), views: 1, [Symbol.dispose]: () => {} };
  using here = createObjective({ model, risk, domains: ['one'], batch }).evaluate();
  near(here.values.risks[0]?.dataSync() ?? [], [golden.training.loss], 1e-4);
  using gradients = here.gradient('full');
  for (const [name, norm] of Object.entries(golden.training.gradientNorms as Record<string, number>)) {
    const rank = name === 'fc.weight' ? 2 : /conv\d|downsample\.0/.test(name) ? 4 : 1;
    const own = torchvisionName(name, rank)?.name ?? '';
    near(tf.norm(gradients.get(own) as tf.Tensor).dataSync(), [norm], 2e-3);
  }
  for (const [name, { sum, first }] of Object.entries(golden.training.statisticsAfter as Record<string, { sum: number; first: number }>)) {
    const values = model.weights.get(torchvisionName(name, 1)?.name ?? '').dataSync();
    const largest = Math.max(...Array.from(values, Math.abs));
    expect(Math.abs((values[0] as number) - first) / largest).toBeLessThan(1e-4);
    expect(Math.abs(Array.from(values).reduce((a, b) => a + b, 0) - sum) / (largest * values.length)).toBeLessThan(1e-4);
  }
  batch.images.dispose();
});

it('names what is missing, surplus and misshapen at once; strict: false takes a new head', async () => {
  const { 'conv1.weight': _, ...rest } = stateDict();
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
  const { 'fc.weight': __, ...body } = stateDict();
  writeFileSync(
    imagenet,
    encodeSafetensors({
      ...body,
      'fc.weight': { shape: [1000, 512], data: new Float32Array(512_000) },
      'fc.bias': { shape: [1000], data: new Float32Array(1000) },
    }),
  );
  await expect(create(imagenet, true)).rejects.toThrow('strict: false takes them with a new head');
  ((await create(imagenet, false)()) as Model)[Symbol.dispose]();
  await expect(create(join(folder, 'none.safetensors'), true)).rejects.toThrow('there is no such file, expected a safetensors file');
  writeFileSync(join(folder, 'x.pth'), Buffer.from('504b0304000000000000', 'hex'));
  await expect(create(join(folder, 'x.pth'), true)).rejects.toThrow('it is a PyTorch file (.pth), expected a safetensors file: in Python');
});

it('options are checked by the schema', () => {
  expect(() => completeOptions(resnet18, { head: 'cosin' })).toThrow("Cannot make model 'resnet18'");
});
