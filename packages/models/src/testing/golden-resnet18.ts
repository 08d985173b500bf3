import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cannot, createObjective, createSeed, encodeSafetensors, type Model, type StoredTensor } from '@gradalign/core';
import { binaryRisk, type GoldenDeviation, tensorDeviation } from '@gradalign/core/testing';
import { type Static, Type } from '@sinclair/typebox';
import * as tf from '@tensorflow/tfjs-core';
import { resnet18 } from '../resnet18.ts';
import { torchvisionName } from '../torchvision-names.ts';

const outputs = { features: Type.Array(Type.Array(Type.Number())), logits: Type.Array(Type.Number()) };

/** goldens/resnet18.json: torchvision's network with weights and images by formula. */
export const goldenResnet18Format = Type.Object({
  formula: Type.Object({ input: Type.String(), labels: Type.Array(Type.Integer()), logitScale: Type.Number() }),
  phase: Type.Number(),
  order: Type.Array(Type.String()),
  evaluation: Type.Object(outputs),
  training: Type.Object({
    ...outputs,
    loss: Type.Number(),
    gradientNorms: Type.Record(Type.String(), Type.Number()),
    statisticsAfter: Type.Record(Type.String(), Type.Object({ sum: Type.Number(), first: Type.Number() })),
  }),
});
export type GoldenResnet18 = Static<typeof goldenResnet18Format>;

/** Gradient norms through eighteen layers agree less closely in float32 than values do. */
const normTolerance = 2e-3;

/** Loads the weights as a user would, from a safetensors file in torchvision's naming, and runs one evaluation pass and one training pass, forward and backward. */
export function runGoldenResnet18(golden: GoldenResnet18): GoldenDeviation[] {
  const shape = inputShape(golden);
  using model = loadedModel(golden, shape);
  const out: GoldenDeviation[] = [];
  const note = (pass: string) => (where: string, got: ArrayLike<number>, expected: readonly number[], tolerance?: number) =>
    out.push({ name: `resnet18 ${pass}`, where, deviation: tensorDeviation(got, expected), ...(tolerance === undefined ? {} : { tolerance }) });
  const images = tf.tensor4d(inputValues(golden, shape), [...shape]);
  evaluate(golden, model, images, note('evaluation'));
  train(golden, model, images, note('training'));
  images.dispose();
  return out;
}

type Note = (where: string, got: ArrayLike<number>, expected: readonly number[], tolerance?: number) => void;

function evaluate({ evaluation }: GoldenResnet18, model: Model, images: tf.Tensor4D, note: Note): void {
  const width = evaluation.features[0]?.length ?? 0;
  tf.tidy(() => {
    const { features, logits } = model.apply(images, { training: false });
    note('features', tf.slice(features, [0, 0], [-1, width]).dataSync(), evaluation.features.flat());
    note('logits', logits.dataSync(), evaluation.logits);
  });
}

function train({ formula, training }: GoldenResnet18, model: Model, images: tf.Tensor4D, note: Note): void {
  const width = training.features[0]?.length ?? 0;
  tf.tidy(() => {
    const { features, logits } = model.apply(images, { training: true });
    note('features', tf.slice(features, [0, 0], [-1, width]).dataSync(), training.features.flat());
    note('logits', logits.dataSync(), training.logits);
  });
  const labels = Int32Array.from(formula.labels);
  const batch = { images, labels, domains: new Int32Array(labels.length), views: 1, [Symbol.dispose]: () => {} };
  using here = createObjective({ model, risk: binaryRisk(formula.logitScale), domains: ['one'], batch }).evaluate();
  note('loss', here.values.risks[0]?.dataSync() ?? [], [training.loss]);
  using gradients = here.gradient('full');
  for (const [name, norm] of Object.entries(training.gradientNorms)) {
    const gradient = gradients.get(ownName(name));
    note(`‖gradient‖ ${name}`, gradient ? tf.tidy(() => tf.norm(gradient).dataSync()) : [], [norm], normTolerance);
  }
  for (const [name, { sum, first }] of Object.entries(training.statisticsAfter)) {
    const values = model.weights.get(ownName(name)).dataSync();
    const largest = Math.max(...Array.from(values, Math.abs));
    // Both relative to the tensor's largest entry: the sum as a mean.
    note(`${name} first`, [1 + ((values[0] as number) - first) / largest], [1]);
    note(`${name} sum`, [1 + (Array.from(values).reduce((a, b) => a + b, 0) - sum) / (largest * values.length)], [1]);
  }
}

function loadedModel(golden: GoldenResnet18, [, size, , channels]: readonly [number, number, number, number]): Model {
  const folder = mkdtempSync(join(tmpdir(), 'gradalign-golden-resnet18-'));
  try {
    const weights = join(folder, 'resnet18.safetensors');
    writeFileSync(weights, encodeSafetensors(resnet18StateDict(golden)));
    const random = createSeed(0).stream('weights');
    const context = { image: { size, channels }, logits: 1, random: (weight: string) => random.at(weight) };
    return resnet18.create({ head: 'cosine', weights, strict: true }, context) as Model;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** torchvision's tensors, by the formula in the file. */
export function resnet18StateDict({ order, phase }: Pick<GoldenResnet18, 'order' | 'phase'>): Record<string, StoredTensor> {
  return Object.fromEntries(
    order.map((name, layer) => {
      const shape = torchvisionShape(name);
      const size = shape.reduce((a, b) => a * b, 1);
      return [name, { shape, data: Float32Array.from({ length: size }, (_, i) => weightValue(name, shape, uniform(layer, i, phase))) }];
    }),
  );
}

/** √3 (2u - 1), u the fraction of 43758.5453 sin(12.9898 i + 78.233 (layer + 1) + phase). */
function uniform(layer: number, i: number, phase: number): number {
  const u = 43758.5453 * Math.sin(12.9898 * i + 78.233 * (layer + 1) + phase);
  return Math.sqrt(3) * (2 * (u - Math.floor(u)) - 1);
}

function weightValue(name: string, shape: readonly number[], s: number): number {
  if (shape.length === 4) return s * Math.sqrt(2 / ((shape[1] as number) * (shape[2] as number) * (shape[3] as number)));
  if (shape.length === 2) return s;
  if (name.endsWith('running_mean') || name.endsWith('bias')) return 0.1 * s;
  return name.endsWith('running_var') ? 1 + 0.5 * Math.abs(s) : 1 + 0.1 * s;
}

function torchvisionShape(name: string): number[] {
  if (name === 'conv1.weight') return [64, 3, 7, 7];
  if (name === 'fc.weight') return [1, 512];
  const [, stage = '', block = '', layer = ''] = /^layer(\d)\.(\d)\.(\w+(?:\.\d)?)\./.exec(name) ?? [];
  const out = stage ? 64 * 2 ** (Number(stage) - 1) : 64;
  const into = block === '0' && Number(stage) > 1 ? out / 2 : out;
  if (layer === 'conv1') return [out, into, 3, 3];
  if (layer === 'conv2') return [out, out, 3, 3];
  return layer === 'downsample.0' ? [out, into, 1, 1] : [out];
}

function inputShape({ formula }: GoldenResnet18): readonly [number, number, number, number] {
  const shape = /\[([\d, ]+)\]/.exec(formula.input)?.[1]?.split(',').map(Number) ?? [];
  const [n, height, width, channels] = shape as [number, number, number, number];
  if (shape.length !== 4 || n !== formula.labels.length || height !== width)
    throw cannot('make the images of resnet18.json', `their formula is '${formula.input}'`, `NHWC [${formula.labels.length}, side, side, 3]: ...`, {
      exitCode: 2,
    });
  return [n, height, width, channels];
}

function inputValues({ phase }: GoldenResnet18, [n, height, width, channels]: readonly [number, number, number, number]): Float32Array {
  const image = height * width * channels;
  return Float32Array.from({ length: n * image }, (_, i) => {
    const row = Math.floor(i / image);
    return Math.sin(0.011 * i + 0.5 * row + phase) + 0.5 * Math.sin(1.7 * i * (1 + row));
  });
}

function ownName(name: string): string {
  const rank = name === 'fc.weight' ? 2 : /conv\d|downsample\.0/.test(name) ? 4 : 1;
  return torchvisionName(name, rank)?.name ?? name;
}
