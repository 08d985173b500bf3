import { type Static, Type } from '@sinclair/typebox';
import * as tf from '@tensorflow/tfjs-core';
import type { Catalogue } from '../configuration/catalogue.ts';
import { cannot } from '../contracts/errors.ts';
import type { Auxiliary, Risk } from '../contracts/loss.ts';
import type { Optimizer } from '../contracts/optimizer.ts';
import type { AnyItem, Kind } from '../contracts/plugin.ts';
import type { UpdateRule } from '../contracts/update-rule.ts';
import type { Weights } from '../contracts/weights.ts';
import type { DomainBatch } from '../data/domain-batch.ts';
import { createObjective } from '../training/create-objective.ts';
import { plainTensor, plainTensors } from './golden-file.ts';
import { goldenNet, goldenNetWeights, type PlainTensors } from './golden-net.ts';

const named = (names: readonly string[]) => Type.Unsafe<PlainTensors>({ ...plainTensors, required: names });

const goldenCase = Type.Object({
  optimizer: Type.Intersect([
    Type.Object({ use: Type.String(), base: Type.Intersect([Type.Object({ use: Type.String() }), Type.Record(Type.String(), Type.Unknown())]) }),
    Type.Record(Type.String(), Type.Unknown()),
  ]),
  auxiliary: Type.Boolean(),
  losses: Type.Array(Type.Number(), { minItems: 1 }),
  parameters: Type.Unsafe<PlainTensors>({ ...plainTensors, minProperties: 1 }),
  statistics: plainTensors,
});

/** Schema of goldens/optimizers.json. */
export const goldenOptimizersFormat = Type.Object({
  constants: Type.Object({
    domains: Type.Integer({ minimum: 1 }),
    views: Type.Integer({ minimum: 1 }),
    logitScale: Type.Number(),
    batchNormEpsilon: Type.Number(),
    batchNormMomentum: Type.Number(),
    supcon: Type.Object({ temperature: Type.Number(), baseTemperature: Type.Number(), weight: Type.Number() }),
  }),
  initial: Type.Object({ parameters: named(goldenNetWeights.parameters), statistics: named(goldenNetWeights.statistics) }),
  batches: Type.Array(Type.Object({ images: plainTensor, labels: Type.Array(Type.Integer()), domains: Type.Array(Type.Integer()) })),
  cases: Type.Array(goldenCase),
});
/** What goldens/optimizers.json holds: a network, batches, and the results of every method. */
export type GoldenOptimizers = Static<typeof goldenOptimizersFormat>;
/** One method with its options, and the losses and weights after all batches. */
export type GoldenOptimizerCase = Static<typeof goldenCase>;

/** Largest deviation of a case: of a tensor relative to its largest entry, of a loss relative to itself. */
export interface GoldenDeviation {
  /** Names the case. */
  readonly name: string;
  /** The largest deviation, >= 0; infinite if a value is missing or not finite. */
  readonly deviation: number;
  /** Where it is largest: the name of a weight, `loss 2`. */
  readonly where: string;
  /** The largest of each kind of value, where there are several. */
  readonly byKind?: Readonly<Record<string, number>>;
  /** The largest acceptable deviation; default: 1e-4. */
  readonly tolerance?: number;
}

/** Validates an item's options and fills in its defaults. */
export type Complete = (item: AnyItem, options: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;

/** Runs one case through the objective, optimizer, losses and update rule that training uses. Needs a loaded engine. */
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
  const { use: rule, lr, scale = {}, ...ruleOptions } = base;
  const rates = {
    ...(lr === undefined ? {} : { learningRate: lr }),
    scale: headLearningRateScale === undefined ? scale : { ...(scale as object), 'head/kernel': headLearningRateScale },
  };
  const logits = initial.parameters['head/kernel']?.shape[1] ?? 1;
  // As many as the labels have: supcon tells a class of one domain from one of the next by their number.
  const classes = Array.from({ length: Math.max(2, logits) }, (_, i) => `class ${i}`);
  const risk = make<Risk>('loss', logits === 1 ? 'domain-bce' : 'cross-entropy', { logitScale: constants.logitScale }, { classes });
  const { weight, temperature, baseTemperature } = constants.supcon;
  const auxiliaries = golden.auxiliary ? [make<Auxiliary>('loss', 'supcon', { weight, temperature, baseTemperature }, { classes })] : [];

  using model = goldenNet(initial.parameters, initial.statistics, constants.batchNormEpsilon);
  using optimizer = make<Optimizer>('optimizer', aliases[use]?.use ?? use, { ...aliases[use]?.options, ...options });
  using updateRule = make<UpdateRule>('updateRule', rule, {
    weightDecay: 0,
    ...(rule === 'sgd' ? { momentum: 0 } : {}),
    ...ruleOptions,
    ...rates,
  });
  const domains = Array.from({ length: constants.domains }, (_, i) => `domain${i}`);
  const losses: number[] = [];
  for (const plain of batches) {
    using batch = domainBatch(plain, constants, classes.length);
    const objective = createObjective({ model, risk, auxiliaries, domains, batch, statisticsMomentum: constants.batchNormMomentum });
    losses.push(optimizer.step(objective, model.weights, (direction) => updateRule.apply(direction, model.weights, 1)).losses.total);
  }
  return { name: JSON.stringify(golden.optimizer) + (golden.auxiliary ? ' + supcon' : ''), ...largestDeviation(golden, losses, model.weights) };
}

/** What the names in the files mean here, unless a case says otherwise: other names, and options that differ from our defaults. */
const aliases: Readonly<Record<string, { readonly use: string; readonly options: Readonly<Record<string, unknown>> }>> = {
  'gac-adaptive': { use: 'gac', options: { adaptive: true } },
  'gac-released': { use: 'gac', options: { faithfulTo: 'code' } },
  // The paper's T = |θ| + η on every tensor.
  asam: { use: 'asam', options: { scaleOffsets: true } },
  // The penalty acts from the first step.
  vrex: { use: 'vrex', options: { annealingSteps: 0 } },
};

function domainBatch(
  { images, labels, domains }: GoldenOptimizers['batches'][number],
  { views, domains: k }: GoldenOptimizers['constants'],
  classes: number,
): DomainBatch {
  const rows = images.shape[0];
  const within = (numbers: readonly number[], below: number) => numbers.every((one) => one >= 0 && one < below);
  if (rows !== labels.length * views || domains.length !== labels.length || !within(domains, k) || !within(labels, classes))
    throw cannot(
      'make a golden batch',
      `it has ${rows} images, the labels ${labels.join(', ')} and the domains ${domains.join(', ')}`,
      `${views} views of each label, labels 0 to ${classes - 1} and domains 0 to ${k - 1}`,
      { exitCode: 2 },
    );
  const tensor = tf.tensor4d([...images.data], [...images.shape] as [number, number, number, number]);
  return { images: tensor, labels: Int32Array.from(labels), domains: Int32Array.from(domains), views, [Symbol.dispose]: () => tensor.dispose() };
}

function largestDeviation(golden: GoldenOptimizerCase, losses: readonly number[], weights: Weights): Omit<GoldenDeviation, 'name'> {
  const tensorsOf = (kind: string, plain: PlainTensors) =>
    Object.entries(plain).map(([where, { data }]) => {
      const own = weights.parameters.get(where) ?? weights.statistics.get(where);
      return own
        ? { kind, where, deviation: tensorDeviation(own.dataSync(), data) }
        : { kind, where: `${where} (missing)`, deviation: Number.POSITIVE_INFINITY };
    });
  const all = [
    ...golden.losses.map((expected, i) => ({ kind: 'losses', where: `loss ${i}`, deviation: tensorDeviation([losses[i] ?? Number.NaN], [expected]) })),
    ...tensorsOf('parameters', golden.parameters),
    ...tensorsOf('statistics', golden.statistics),
  ];
  const worst = (of: readonly { readonly where: string; readonly deviation: number }[]) =>
    of.reduce((most, one) => (one.deviation > most.deviation ? one : most), { where: 'nothing', deviation: 0 });
  const byKind = Object.fromEntries(['losses', 'parameters', 'statistics'].map((kind) => [kind, worst(all.filter((one) => one.kind === kind)).deviation]));
  const { where, deviation } = worst(all);
  return { where, deviation, byKind };
}

/** max |got - expected| / max |expected|; infinite if the lengths differ or a number is not finite. */
export function tensorDeviation(got: ArrayLike<number>, expected: readonly number[]): number {
  if (got.length !== expected.length) return Number.POSITIVE_INFINITY;
  const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-12);
  const deviation = expected.reduce((most, value, i) => Math.max(most, Math.abs((got[i] as number) - value) / largest), 0);
  return Number.isNaN(deviation) ? Number.POSITIVE_INFINITY : deviation;
}
