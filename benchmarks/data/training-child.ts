// Steps of ResNet-18, 3 domains x 4 samples x 2 views at 128 x 128, fed by the loader or by one batch that stays in memory, in turns.
// Argument: JSON { folder, paths, method, workers, threads }. Answers each line { steps, from: 'loader' | 'memory' } with { milliseconds, waited }.
import { createInterface } from 'node:readline';
import {
  type AnyItem,
  completeOptions,
  createDomainBatches,
  createObjective,
  createSeed,
  type Kind,
  type LoadedBatch,
  loadCatalogue,
  type Model,
  type Optimizer,
  type Risk,
  type Sample,
  type UpdateRule,
} from '@gradalign/core';
import { createImageLoader } from '@gradalign/core/images';
import { loadEngine } from '@gradalign/engine';
import * as tf from '@tensorflow/tfjs-core';
import { augment, normalisation } from './augment.ts';

const { paths, method, workers, threads } = JSON.parse(process.argv[2] ?? '{}') as { paths: string[]; method: string; workers: number; threads: number };
const size = 128;
const domains = ['a', 'b', 'c'];
const seed = createSeed(0);
await loadEngine({ threads });
const catalogue = await loadCatalogue(['@gradalign/optimizers', '@gradalign/fas-gac', '@gradalign/models'], {
  resolveFrom: [new URL('../../packages/cli/package.json', import.meta.url).href],
});
const make = <T>(kind: Kind, name: string, options: Readonly<Record<string, unknown>>, ...context: unknown[]): T => {
  const item = catalogue.find(kind, name) as AnyItem & { create(...args: unknown[]): T };
  return item.create(completeOptions(item, options), ...context);
};
const risk = make<Risk>('loss', 'domain-bce', { logitScale: 12 }, { classes: ['attack', 'live'] });
const random = seed.stream('weights');
const model = await make<Model | Promise<Model>>(
  'model',
  'resnet18',
  { head: 'cosine' },
  { image: { size, channels: 3 }, logits: 1, random: (weight: string) => random.at(weight) },
);
const optimizer = make<Optimizer>('optimizer', method, {});
const rule = make<UpdateRule>('updateRule', 'sgd', { learningRate: 1e-3 });
const loader = createImageLoader({ image: { size, ...normalisation }, augment, pluginFiles: [import.meta.resolve('@gradalign/datasets')], workers, seed: 0 });
const samples = (domain: number): Sample[] =>
  paths.flatMap((path, i) => (i % domains.length === domain ? [{ id: path, image: { path }, label: (i / domains.length) & 1, split: 'train' as const }] : []));
const batches = createDomainBatches({
  domains: domains.map((name, i) => ({ name, samples: samples(i) })),
  perDomain: 4,
  balance: ['domain', 'label'],
  views: 2,
  seed,
  loader,
});

async function* forever(): AsyncGenerator<LoadedBatch> {
  for (let epoch = 0; ; epoch++) yield* batches.epoch(epoch);
}

const stream = forever();
const first = (await stream.next()).value as LoadedBatch;
const inMemory: LoadedBatch = { ...first, images: first.images.slice(), waitMs: 0 };
console.log(JSON.stringify({ ready: true }));
for await (const line of createInterface({ input: process.stdin })) {
  const { steps, from } = JSON.parse(line) as { steps: number; from: 'loader' | 'memory' };
  const milliseconds: number[] = [];
  let waited = 0;
  for (let i = 0; i < steps; i++) {
    const started = performance.now();
    const loaded = from === 'loader' ? ((await stream.next()).value as LoadedBatch) : inMemory;
    takeStep(loaded);
    // As the training loop does between steps.
    await new Promise((resolve) => setImmediate(resolve));
    milliseconds.push(performance.now() - started);
    waited += loaded.waitMs;
  }
  console.log(JSON.stringify({ milliseconds, waited: waited / steps }));
}
process.exit();

function takeStep({ images, shape, labels, domains: of, views }: LoadedBatch): void {
  const tensor = tf.tensor4d(images, [...shape]);
  const batch = { images: tensor, labels, domains: of, views, [Symbol.dispose]: () => tensor.dispose() };
  optimizer.step(createObjective({ model, risk, domains, batch }), model.weights, (direction) => rule.apply(direction, model.weights, 1));
  tensor.dispose();
}
