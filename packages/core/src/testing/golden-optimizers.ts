import * as tf from '@tensorflow/tfjs-core';
import type { Catalogue } from '../catalogue.ts';
import type { DomainBatch } from '../domain-batch.ts';
import type { Auxiliary, Risk } from '../loss.ts';
import { createObjective } from '../objective.ts';
import type { Optimizer } from '../optimizer.ts';
import type { AnyItem, Kind } from '../plugin.ts';
import type { UpdateRule } from '../update-rule.ts';
import type { Weights } from '../weights.ts';
import { goldenNet, type PlainTensor, type PlainTensors } from './golden-net.ts';

/** goldens/optimizers.json. */
export interface GoldenOptimizers {
  readonly constants: {
    readonly domains: number;
    readonly views: number;
    readonly logitScale: number;
    readonly batchNormEpsilon: number;
    readonly batchNormMomentum: number;
    readonly supcon: { readonly temperature: number; readonly baseTemperature: number; readonly weight: number };
  };
  readonly initial: { readonly parameters: PlainTensors; readonly statistics: PlainTensors };
  readonly batches: readonly { readonly images: PlainTensor; readonly labels: readonly number[]; readonly domains: readonly number[] }[];
  readonly cases: readonly GoldenOptimizerCase[];
}

export interface GoldenOptimizerCase {
  readonly optimizer: Readonly<Record<string, unknown>> & { readonly use: string; readonly base: Readonly<Record<string, unknown>> & { readonly use: string } };
  readonly auxiliary: boolean;
  readonly losses: readonly number[];
  readonly parameters: PlainTensors;
  readonly statistics: PlainTensors;
}

/** Largest deviation of a case: relative to the largest entry of each tensor, and of each loss to itself. */
export interface GoldenDeviation {
  readonly name: string;
  readonly deviation: number;
  readonly where: string;
}

/** What validates options and fills defaults: an item's schema and its options in, complete options out. */
export type Complete = (item: AnyItem, options: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;

/** Runs one case through the objective, optimizer, losses and update rule that training uses. */
export function runGoldenOptimizer(
  file: GoldenOptimizers,
  golden: GoldenOptimizerCase,
  catalogue: Pick<Catalogue, 'find'>,
  complete: Complete,
): GoldenDeviation {
  const { constants, initial, batches } = file;
  const make = <T>(kind: Kind, name: string, options: Readonly<Record<string, unknown>>, ...context: unknown[]): T => {
    const item = catalogue.find(kind, name) as AnyItem & { create(...args: unknown[]): T };
    return item.create(complete(item, options), ...context);
  };
  const { use, base, headLearningRateScale, ...options } = golden.optimizer;
  const { use: rule, lr, ...ruleOptions } = base;
  const scale = headLearningRateScale === undefined ? {} : { scale: { 'head/kernel': headLearningRateScale } };
  const classes = ['attack', 'live'];
  const risk = make<Risk>('loss', 'domain-bce', { logitScale: constants.logitScale }, { classes });
  const { weight, temperature, baseTemperature } = constants.supcon;
  const auxiliaries = golden.auxiliary ? [make<Auxiliary>('loss', 'supcon', { weight, temperature, baseTemperature }, { classes })] : [];

  using model = goldenNet(initial.parameters, initial.statistics, constants.batchNormEpsilon);
  using optimizer = make<Optimizer>('optimizer', aliases[use]?.use ?? use, { ...options, ...aliases[use]?.options });
  using updateRule = make<UpdateRule>('updateRule', rule, {
    weightDecay: 0,
    ...(rule === 'sgd' ? { momentum: 0 } : {}),
    ...ruleOptions,
    learningRate: lr,
    ...scale,
  });
  const domains = Array.from({ length: constants.domains }, (_, i) => `domain${i}`);
  const losses: number[] = [];
  for (const plain of batches) {
    using batch = domainBatch(plain, constants.views);
    const objective = createObjective({ model, risk, auxiliaries, domains, batch, statisticsMomentum: constants.batchNormMomentum });
    losses.push(optimizer.step(objective, model.weights, (direction) => updateRule.apply(direction, model.weights, 1)).losses.total);
  }
  return { name: JSON.stringify(golden.optimizer) + (golden.auxiliary ? ' + supcon' : ''), ...largestDeviation(golden, losses, model.weights) };
}

/** Names in the files that are options here. */
const aliases: Readonly<Record<string, { readonly use: string; readonly options: Readonly<Record<string, unknown>> }>> = {
  'gac-adaptive': { use: 'gac', options: { adaptive: true } },
  'gac-released': { use: 'gac', options: { faithfulTo: 'code' } },
};

function domainBatch({ images, labels, domains }: GoldenOptimizers['batches'][number], views: number): DomainBatch {
  const tensor = tf.tensor4d([...images.data], [...images.shape] as [number, number, number, number]);
  return { images: tensor, labels: Int32Array.from(labels), domains: Int32Array.from(domains), views, [Symbol.dispose]: () => tensor.dispose() };
}

function largestDeviation(golden: GoldenOptimizerCase, losses: readonly number[], weights: Weights): { readonly deviation: number; readonly where: string } {
  let worst = { deviation: 0, where: 'nothing' };
  const note = (deviation: number, where: string) => {
    if (!(deviation <= worst.deviation)) worst = { deviation: Number.isNaN(deviation) ? Number.POSITIVE_INFINITY : deviation, where };
  };
  for (const [i, expected] of golden.losses.entries()) note(Math.abs((losses[i] ?? Number.NaN) - expected) / Math.max(Math.abs(expected), 1e-12), `loss ${i}`);
  for (const [name, plain] of Object.entries({ ...golden.parameters, ...golden.statistics }))
    note(tensorDeviation(weights.get(name).dataSync(), plain.data), name);
  return worst;
}

/** max |got - expected| / max |expected|. */
export function tensorDeviation(got: ArrayLike<number>, expected: readonly number[]): number {
  const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-12);
  if (got.length !== expected.length) return Number.POSITIVE_INFINITY;
  return expected.reduce((most, value, i) => Math.max(most, Math.abs((got[i] as number) - value) / largest), 0);
}
