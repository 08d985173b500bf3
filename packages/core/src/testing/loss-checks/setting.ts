import { recordTape } from '@gradalign/engine';
import * as tf from '@tensorflow/tfjs-core';
import { completeOptions } from '../../configuration/complete-options.ts';
import type { AuxiliaryBatch, Loss, LossContext, LossDefinition, LossWeightsContext } from '../../contracts/loss.ts';
import type { AnyItem } from '../../contracts/plugin.ts';
import { createRandom } from '../../contracts/seed.ts';
import type { Weights } from '../../contracts/weights.ts';
import { noWeights } from '../../training/trained-weights.ts';
import { auxiliaryBatch } from '../auxiliary-batch.ts';
import type { Options, PlainValues } from '../take-step.ts';

export interface LossSetting {
  readonly definition: LossDefinition;
  readonly classes: readonly string[];
  readonly reversal?: number;
  /** Makes the loss, and its weights if it owns any. The caller disposes them. */
  create(variation?: LossVariation): MadeLoss;
}

/** How the weights of a loss are made; what is absent is `usual`. */
export interface LossVariation {
  readonly seed?: number;
  readonly features?: number;
}

export interface MadeLoss extends Disposable {
  readonly loss: Loss;
  readonly weights: Weights;
  /** The width of logits that the checks feed it. */
  readonly logits: number;
}

/** Names of the source domains, and the width of the features. */
const usual = { domains: ['a', 'b', 'c'], features: 5 };

export function createLossSetting(
  definition: LossDefinition,
  { options, classes, reversal }: { readonly options: Options; readonly classes: readonly string[]; readonly reversal?: number },
): LossSetting {
  const make = definition.create as unknown as (options: unknown, context: LossContext) => Loss;
  return {
    definition,
    classes,
    ...(reversal === undefined ? {} : { reversal }),
    create({ seed = 1, features = usual.features } = {}) {
      const loss = make(completeOptions(definition as unknown as AnyItem, options), { classes });
      const logits = loss.role === 'risk' ? loss.logits : 1;
      const random: LossWeightsContext['random'] = (weight) => createRandom(['loss-checks', seed, weight]);
      const owned = loss.role === 'auxiliary' ? loss.createWeights?.({ features, logits, domains: usual.domains, classes, random }) : undefined;
      return { loss, weights: owned ?? noWeights, logits, [Symbol.dispose]: () => owned?.[Symbol.dispose]() };
    },
  };
}

/** One sample of a batch with the outputs of the model, by view. */
export interface LossSample {
  readonly label: number;
  readonly domain: number;
  readonly features: readonly (readonly number[])[];
  readonly logits: readonly (readonly number[])[];
}

/** What a loss is evaluated on. */
export interface PlainBatch {
  readonly samples: readonly LossSample[];
  readonly views: number;
  /** Default: 0.5. */
  readonly progress?: number;
}

/** Random samples, two of each class in each domain, in an order that mixes them. */
export function usualBatch(
  { definition, classes }: LossSetting,
  { logits }: MadeLoss,
  more: { readonly key?: string; readonly features?: number } = {},
): PlainBatch {
  const { key = 'usual', features = usual.features } = more;
  const views = definition.views ?? 1;
  const kinds = [0, 1].flatMap(() => classes.flatMap((_, label) => usual.domains.map((__, domain) => ({ label, domain }))));
  const samples = createRandom(['loss-checks', key])
    .shuffle(kinds)
    .map((kind, i) => {
      const random = createRandom(['loss-checks', key, i]);
      const rows = (width: number) => Array.from({ length: views }, () => Array.from({ length: width }, () => random.normal()));
      return { ...kind, features: rows(features), logits: rows(logits) };
    });
  return { samples, views };
}

/** Of one evaluation, as numbers. */
export interface LossOutcome {
  /** One number for each row of a risk, one for an auxiliary loss. */
  readonly value: Float32Array;
  /** Of the sum of the values: in `features`, `logits` and `weights/<name>`; zeros where it does not depend on them. */
  readonly gradients: PlainValues;
}

/** Value and gradients on a batch. Leaves no tensor of its own. */
export function outcomeOf(made: MadeLoss, batch: PlainBatch): LossOutcome {
  const inputs = inputsOf(batch);
  const { features, logits } = inputs;
  const weights = [...made.weights.parameters].map(([name, variable]) => [`weights/${name}`, variable] as const);
  const sources = new Map<string, tf.Tensor>([['features', features], ['logits', logits], ...weights]);
  try {
    const { result, tape } = recordTape(() => forward(made, batch, inputs));
    const cotangent = tf.onesLike(result);
    try {
      const found = tape.pullback([{ output: result, cotangent }], [...sources.values()], { last: true });
      const gradients = new Map(
        [...sources].map(([name, { size }], i) => [name, found[i] ? Float32Array.from(found[i].dataSync()) : new Float32Array(size)] as const),
      );
      tf.dispose(found.filter((gradient) => gradient !== undefined));
      return { value: Float32Array.from(result.dataSync()), gradients };
    } finally {
      tf.dispose([result, cotangent]);
      tape.dispose();
    }
  } finally {
    tf.dispose([features, logits]);
  }
}

/** The sum of the values on a batch. Leaves no tensor of its own. */
export function sumOf(made: MadeLoss, batch: PlainBatch): number {
  return tf.tidy(() => (forward(made, batch, inputsOf(batch)).dataSync() as Float32Array).reduce((sum, value) => sum + value, 0));
}

/** What an auxiliary loss sees of a batch. The caller disposes features and logits. */
export function seenBy({ weights }: MadeLoss, batch: PlainBatch, { features, logits }: Inputs = inputsOf(batch)): AuxiliaryBatch {
  const { samples, views, progress = 0.5 } = batch;
  const [labels, domains] = [samples.map(({ label }) => label), samples.map(({ domain }) => domain)];
  return auxiliaryBatch({ features, logits, labels, domains, views, progress, weights });
}

interface Inputs {
  readonly features: tf.Tensor2D;
  readonly logits: tf.Tensor2D;
}

function inputsOf({ samples, views }: PlainBatch): Inputs {
  const rows = (of: keyof Inputs) => tf.tensor2d(Array.from({ length: views }, (_, view) => samples.map((sample) => [...(sample[of][view] ?? [])])).flat());
  return { features: rows('features'), logits: rows('logits') };
}

function forward(made: MadeLoss, batch: PlainBatch, inputs: Inputs): tf.Tensor {
  const { loss } = made;
  if (loss.role === 'auxiliary') return loss.value(seenBy(made, batch, inputs));
  const labels = tf.tensor1d(
    batch.samples.map(({ label }) => label),
    'int32',
  );
  return loss.perSample(inputs.logits, tf.tile(labels, [batch.views]));
}

/** All numbers of an outcome, by name, for comparing. */
export function numbersOf({ value, gradients }: LossOutcome): PlainValues {
  return new Map([['value', value], ...gradients]);
}

/** Every weight gets values of its own: away from zeros, where kinks are, and so that none can be forgotten unseen. */
export function disturb(weights: Weights): void {
  for (const [name, variable] of [...weights.parameters, ...weights.statistics]) {
    const moved = tf.tidy(() => tf.add(variable, tf.reshape(tf.mul(tf.cos(tf.range(1, variable.size + 1)), 0.05), variable.shape)));
    weights.assign(name, moved);
    moved.dispose();
  }
}
