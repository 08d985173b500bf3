import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cannot, createObjective, createSeed, encodeSafetensors, type Model, type ModelContext, type StoredTensor } from '@gradalign/core';
import { binaryRisk, type GoldenDeviation, tensorDeviation } from '@gradalign/core/testing';
import { type Static, Type } from '@sinclair/typebox';
import * as tf from '@tensorflow/tfjs-core';
import { torchvisionName } from '../torchvision-names.ts';

const outputs = { features: Type.Array(Type.Array(Type.Number()), { minItems: 1 }), logits: Type.Array(Type.Number()) };

/** goldens/resnet18.json and goldens/models/*.json: a published network with weights and images by formula. */
export const goldenNetworkFormat = Type.Object({
  /** The network, with underscores; resnet18.json says none. */
  network: Type.Optional(Type.String()),
  /** resnet18.json writes the formula out; the others refer to it. */
  formula: Type.Union([Type.String(), Type.Object({ input: Type.String(), labels: Type.Array(Type.Integer()), logitScale: Type.Number() })]),
  logitScale: Type.Optional(Type.Number()),
  phase: Type.Number(),
  order: Type.Array(Type.String()),
  /** Of all tensors but the head's; resnet18.json leaves them to the reader. */
  shapes: Type.Optional(Type.Record(Type.String(), Type.Array(Type.Integer({ minimum: 1 })))),
  evaluation: Type.Object(outputs),
  training: Type.Object({
    ...outputs,
    loss: Type.Number(),
    gradientNorms: Type.Record(Type.String(), Type.Number()),
    statisticsAfter: Type.Record(Type.String(), Type.Object({ sum: Type.Number(), first: Type.Number() })),
  }),
});
export type GoldenNetwork = Static<typeof goldenNetworkFormat>;

/** Makes the network from a weight file. */
export type CreateNetwork = (options: { readonly head: 'cosine'; readonly weights: string; readonly strict: boolean }, context: ModelContext) => Model;

/** The file's network, as models are called here. */
export function goldenNetworkName({ network = 'resnet18' }: Pick<GoldenNetwork, 'network'>): string {
  return network.replaceAll('_', '-');
}

/**
 * Gradient norms agree less closely in float32 than values do, the less the deeper the network: where a value lies at the bend of a ReLU, rounding decides.
 * So do training passes through up to fifty batch norms.
 */
function tolerances({ network }: GoldenNetwork) {
  return network === undefined ? { training: 1e-4, norm: 2e-3 } : { training: 1e-3, norm: 2e-2 };
}

/** Loads the weights as a user would, from a safetensors file in torchvision's naming, and runs one evaluation pass and one training pass, forward and backward. */
export function runGoldenNetwork(golden: GoldenNetwork, create: CreateNetwork): GoldenDeviation[] {
  const shape = inputShape(golden);
  using model = loadedModel(golden, shape, create);
  const out: GoldenDeviation[] = [];
  const note = (pass: string) => (where: string, deviation: number, tolerance: number) =>
    out.push({ name: `${goldenNetworkName(golden)} ${pass}`, where, deviation, tolerance });
  const images = tf.tensor4d(inputValues(golden, shape), [...shape]);
  evaluate(golden, model, images, note('evaluation'));
  train(golden, model, images, note('training'));
  images.dispose();
  return out;
}

type Note = (where: string, deviation: number, tolerance: number) => void;

function evaluate({ evaluation }: GoldenNetwork, model: Model, images: tf.Tensor4D, note: Note): void {
  compareOutputs(model, images, evaluation, false, (where, deviation) => note(where, deviation, 1e-4));
}

function compareOutputs(
  model: Model,
  images: tf.Tensor4D,
  expected: GoldenNetwork['evaluation'],
  training: boolean,
  note: (where: string, deviation: number) => void,
): void {
  const width = expected.features[0]?.length ?? 0;
  tf.tidy(() => {
    const { features, logits } = model.apply(images, { training });
    note('features', tensorDeviation(tf.slice(features, [0, 0], [-1, width]).dataSync(), expected.features.flat()));
    note('logits', tensorDeviation(logits.dataSync(), expected.logits));
  });
}

function train(golden: GoldenNetwork, model: Model, images: tf.Tensor4D, note: Note): void {
  const { training } = golden;
  const tolerance = tolerances(golden);
  compareOutputs(model, images, training, true, (where, deviation) => note(where, deviation, tolerance.training));
  const labels = Int32Array.from(labelsOf(golden));
  const batch = { images, labels, domains: new Int32Array(labels.length), views: 1, [Symbol.dispose]: () => {} };
  using here = createObjective({ model, risk: binaryRisk(logitScaleOf(golden)), domains: ['one'], batch }).evaluate();
  note('loss', tensorDeviation(here.values.risks[0]?.dataSync() ?? [], [training.loss]), tolerance.training);
  using gradients = here.gradient('full');
  const ownName = (name: string) => torchvisionName(name, shapeOf(golden, name).length)?.name ?? name;
  const steepest = Math.max(...Object.values(training.gradientNorms));
  for (const [name, norm] of Object.entries(training.gradientNorms)) {
    const gradient = gradients.get(ownName(name));
    const got = gradient ? (tf.tidy(() => tf.norm(gradient).dataSync()[0]) as number) : Number.NaN;
    note(`‖gradient‖ ${name}`, Math.abs(got - norm) / Math.max(norm, steepest / 1000), tolerance.norm);
  }
  for (const [name, { sum, first }] of Object.entries(training.statisticsAfter)) {
    const values = model.weights.get(ownName(name)).dataSync();
    const largest = Math.max(...Array.from(values, Math.abs));
    // Both relative to the tensor's largest entry: the sum as a mean.
    note(`${name} first`, Math.abs((values[0] as number) - first) / largest, tolerance.training);
    note(`${name} sum`, Math.abs(Array.from(values).reduce((a, b) => a + b, 0) - sum) / (largest * values.length), tolerance.training);
  }
}

function loadedModel(golden: GoldenNetwork, [, size, , channels]: readonly [number, number, number, number], create: CreateNetwork): Model {
  const folder = mkdtempSync(join(tmpdir(), 'gradalign-golden-network-'));
  try {
    const weights = join(folder, 'weights.safetensors');
    writeFileSync(weights, encodeSafetensors(goldenStateDict(golden)));
    const random = createSeed(0).stream('weights');
    return create({ head: 'cosine', weights, strict: true }, { image: { size, channels }, logits: 1, random: (weight: string) => random.at(weight) });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The network's tensors under PyTorch's names, by the formula in the file. */
export function goldenStateDict(golden: GoldenNetwork): Record<string, StoredTensor> {
  return Object.fromEntries(
    golden.order.map((name, layer) => {
      const shape = shapeOf(golden, name);
      const size = shape.reduce((a, b) => a * b, 1);
      return [name, { shape, data: Float32Array.from({ length: size }, (_, i) => weightValue(name, shape, uniform(layer, i, golden.phase))) }];
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

/** Of a tensor, in PyTorch's layout. */
function shapeOf({ shapes, order }: GoldenNetwork, name: string): readonly number[] {
  if (shapes?.[name]) return shapes[name];
  if (name === 'fc.weight') return [1, shapes ? headInputs(shapes, order) : 512];
  return resnet18Shape(name);
}

/** Channels of the last batch norm. */
function headInputs(shapes: Readonly<Record<string, readonly number[]>>, order: readonly string[]): number {
  return shapes[order.at(-2) ?? '']?.[0] ?? 0;
}

function resnet18Shape(name: string): number[] {
  if (name === 'conv1.weight') return [64, 3, 7, 7];
  const [, stage = '', block = '', layer = ''] = /^layer(\d)\.(\d)\.(\w+(?:\.\d)?)\./.exec(name) ?? [];
  const out = stage ? 64 * 2 ** (Number(stage) - 1) : 64;
  const into = block === '0' && Number(stage) > 1 ? out / 2 : out;
  if (layer === 'conv1') return [out, into, 3, 3];
  if (layer === 'conv2') return [out, out, 3, 3];
  return layer === 'downsample.0' ? [out, into, 1, 1] : [out];
}

/** As resnet18.json says. */
function labelsOf({ formula, evaluation }: GoldenNetwork): readonly number[] {
  return typeof formula === 'string' ? evaluation.logits.map((_, i) => (i + 1) % 2) : formula.labels;
}

function logitScaleOf({ formula, logitScale = 12 }: GoldenNetwork): number {
  return typeof formula === 'string' ? logitScale : formula.logitScale;
}

function inputShape(golden: GoldenNetwork): readonly [number, number, number, number] {
  const labels = labelsOf(golden).length;
  if (typeof golden.formula === 'string') return [labels, 64, 64, 3];
  const shape = /\[([\d, ]+)\]/.exec(golden.formula.input)?.[1]?.split(',').map(Number) ?? [];
  const [n, height, width, channels] = shape as [number, number, number, number];
  if (shape.length !== 4 || n !== labels || height !== width)
    throw cannot('make the images of a golden network', `their formula is '${golden.formula.input}'`, `NHWC [${labels}, side, side, 3]: ...`, {
      exitCode: 2,
    });
  return [n, height, width, channels];
}

function inputValues({ phase }: GoldenNetwork, [n, height, width, channels]: readonly [number, number, number, number]): Float32Array {
  const image = height * width * channels;
  return Float32Array.from({ length: n * image }, (_, i) => {
    const row = Math.floor(i / image);
    return Math.sin(0.011 * i + 0.5 * row + phase) + 0.5 * Math.sin(1.7 * i * (1 + row));
  });
}
