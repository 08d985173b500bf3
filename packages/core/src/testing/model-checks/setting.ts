import * as tf from '@tensorflow/tfjs-core';
import { completeOptions } from '../../configuration/complete-options.ts';
import type { Model, ModelContext } from '../../contracts/model.ts';
import type { AnyItem } from '../../contracts/plugin.ts';
import { createRandom, type Random } from '../../contracts/seed.ts';
import type { Options, PlainValues } from '../take-step.ts';

/** One requirement of a model. `run` resolves, or rejects with an Error that says what is wrong. Needs a loaded engine. */
export interface ModelCheck {
  readonly name: string;
  run(): Promise<void>;
}

/** How a model is made for a check; what is absent is the setting's. */
export interface Variation {
  readonly seed?: number;
  readonly logits?: number;
  readonly channels?: number;
}

export interface ModelSetting {
  readonly definition: AnyItem;
  /** Side of the images, in pixels. */
  readonly size: number;
  readonly channels: number;
  /** How many weights are compared with differences. */
  readonly tensors: number;
  /** The caller disposes the model. */
  create(variation?: Variation): Promise<Model>;
}

export interface SettingOptions {
  readonly options: Options;
  readonly size: number;
  readonly channels: number;
  readonly tensors: number;
}

export function createModelSetting(definition: AnyItem, { options, size, channels, tensors }: SettingOptions): ModelSetting {
  const make = (definition as unknown as { create(options: unknown, context: ModelContext): Model | Promise<Model> }).create;
  return {
    definition,
    size,
    channels,
    tensors,
    async create({ seed = 1, logits = 1, channels: own = channels } = {}) {
      return make(completeOptions(definition, options), { image: { size, channels: own }, logits, random: (weight) => quickRandom(seed, weight) });
    },
  };
}

/** Numbers drawn once; their count is prime, so that no row of a kernel repeats the one before. */
const drawn = { uniform: new Float64Array(65_521), normal: new Float64Array(65_521), made: false };

/** A generator whose normal and uniform numbers come from a table: a model of 20 million weights is made in a fraction of a second. */
function quickRandom(seed: number, weight: string): Random {
  const random = createRandom(['model-checks', seed, weight]);
  if (!drawn.made) {
    const own = createRandom(['model-checks', 'table']);
    for (let i = 0; i < drawn.normal.length; i++) [drawn.uniform[i], drawn.normal[i]] = [own.uniform(), own.normal()];
    drawn.made = true;
  }
  let at = random.integer(drawn.normal.length);
  const next = (table: Float64Array) => {
    at = at + 1 === table.length ? 0 : at + 1;
    return table[at] as number;
  };
  return { ...random, uniform: (low = 0, high = 1) => low + next(drawn.uniform) * (high - low), normal: () => next(drawn.normal) };
}

/** Images of independent normal values, each with its own brightness, [n, size, size, channels]. The caller disposes them. */
export function randomImages({ size, channels }: Pick<ModelSetting, 'size' | 'channels'>, n: number, key: string): tf.Tensor4D {
  const values = Array.from({ length: n }, (_, sample) => {
    const random = createRandom(['model-checks', key, sample]);
    const brightness = random.normal();
    return Float32Array.from({ length: size * size * channels }, () => brightness + random.normal());
  });
  return tf.tensor4d(
    values.flatMap((image) => [...image]),
    [n, size, size, channels],
  );
}

/** Features and logits of one pass, as numbers; leaves no tensor of its own. */
export function outputsOf(model: Model, images: tf.Tensor4D, training: boolean): PlainValues {
  const out = new Map<string, Float32Array>();
  tf.tidy(() => {
    for (const [name, tensor] of Object.entries(model.apply(images, { training }))) out.set(name, Float32Array.from(tensor.dataSync()));
  });
  return out;
}
