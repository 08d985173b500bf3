import {
  type AnyItem,
  completeOptions,
  createObjective,
  createSeed,
  type DomainBatch,
  type Kind,
  loadCatalogue,
  lossValues,
  type Model,
  type Optimizer,
  type Risk,
  type UpdateRule,
} from '@gradalign/core';
import * as tf from '@tensorflow/tfjs-core';
import { type BatchShape, settings, type Workload } from './cases.ts';

/** Takes one step, or classifies the batch once, and waits for the result. */
export type Step = () => void;

/** ResNet-18 from the catalogue, with the objective, optimizer and update rule that `gradalign train` uses. The engine must be loaded. */
export async function createWorkload(workload: Workload, batchShape: BatchShape): Promise<Step> {
  const catalogue = await loadCatalogue(['@gradalign/optimizers', '@gradalign/fas-gac', '@gradalign/models'], {
    resolveFrom: [new URL('../packages/cli/package.json', import.meta.url).href],
  });
  const make = <T>(kind: Kind, name: string, options: Readonly<Record<string, unknown>>, ...context: unknown[]): T => {
    const item = catalogue.find(kind, name) as AnyItem & { create(...args: unknown[]): T };
    return item.create(completeOptions(item, options), ...context);
  };
  const { rho, alpha, logitScale, learningRate, momentum, weightDecay, seed } = settings;
  const random = createSeed(seed);
  const risk = make<Risk>('loss', 'domain-bce', { logitScale }, { classes: ['attack', 'live'] });
  const weights = random.stream('weights');
  const model = await make<Model | Promise<Model>>(
    'model',
    'resnet18',
    { head: 'cosine' },
    {
      image: { size: batchShape.size, channels: 3 },
      logits: 1,
      random: (weight: string) => weights.at(weight),
    },
  );
  const batch = createBatch(batchShape, random);
  if (workload === 'inference') return () => tf.tidy(() => void risk.probabilities(model.apply(batch.images, { training: false }).logits).dataSync());

  const domains = Array.from({ length: batchShape.domains }, (_, i) => `domain${i}`);
  const objective = createObjective({ model, risk, domains, batch });
  if (workload === 'forward') {
    return () => {
      using here = objective.evaluate({ statistics: 'keep' });
      lossValues(here);
    };
  }
  const optimizer = make<Optimizer>('optimizer', ...optimizerOf(workload, rho, alpha));
  const rule = make<UpdateRule>('updateRule', 'sgd', { learningRate, momentum, weightDecay });
  return () => void optimizer.step(objective, model.weights, (direction) => rule.apply(direction, model.weights, 1));
}

function optimizerOf(
  workload: Exclude<Workload, 'inference' | 'forward'>,
  rho: number,
  alpha: number,
): [name: string, options: Readonly<Record<string, unknown>>] {
  if (workload === 'erm') return ['erm', {}];
  if (workload === 'sam') return ['sam', { rho }];
  return [
    'gac',
    { rho, alpha, domains: workload.startsWith('gac-joint') ? 'joint' : 'separate', ascentGradients: workload.endsWith('-head') ? 'head/**' : '**' },
  ];
}

function createBatch({ size, perDomain, domains, views }: BatchShape, seed: ReturnType<typeof createSeed>): DomainBatch {
  const n = perDomain * domains;
  const random = seed.stream('images').at(0);
  const images = tf.tensor4d(
    Float32Array.from({ length: n * views * size * size * 3 }, () => random.normal()),
    [n * views, size, size, 3],
  );
  return {
    images,
    labels: Int32Array.from({ length: n }, (_, i) => i % 2),
    domains: Int32Array.from({ length: n }, (_, i) => Math.floor(i / perDomain)),
    views,
    [Symbol.dispose]: () => images.dispose(),
  };
}
