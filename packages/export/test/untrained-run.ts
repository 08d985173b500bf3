import {
  completeOptions,
  corePlugin,
  createRandom,
  createSeed,
  type Model,
  type ModelContext,
  type ModelDefinition,
  type Risk,
  type TrainedRun,
} from '@gradalign/core';
import * as tf from '@tensorflow/tfjs-core';

export interface UntrainedRun {
  readonly model: ModelDefinition;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly size: number;
  readonly channels?: 1 | 3;
  readonly classes?: readonly string[];
  readonly loss?: string;
  readonly lossOptions?: Readonly<Record<string, unknown>>;
}

/** A network with random weights and running statistics, and a loss, as far as a graph is made from them. The caller disposes the model. */
export async function untrainedRun({
  model,
  options = {},
  size,
  channels = 3,
  classes = ['attack', 'live'],
  loss = 'domain-bce',
  lossOptions = {},
}: UntrainedRun): Promise<TrainedRun> {
  const definition = corePlugin.items.find((item) => item.kind === 'loss' && item.name === loss);
  if (definition?.kind !== 'loss') throw new Error(`there is no loss ${loss}`);
  const risk = definition.create(completeOptions(definition, lossOptions) as never, { classes } as never) as Risk;
  const stream = createSeed(5).stream('weights');
  const context: ModelContext = { image: { size, channels }, logits: risk.logits, random: (weight) => stream.at(weight) };
  const made: Model = await model.create(completeOptions(model, options) as never, context);
  for (const [name, variable] of made.weights.statistics) {
    const random = stream.at('statistics', name);
    const variance = name.endsWith('Variance');
    variable.assign(
      tf.tensor(
        Float32Array.from({ length: variable.size }, () => (variance ? random.uniform(0.5, 2) : random.uniform(-0.3, 0.3))),
        variable.shape,
      ),
    );
  }
  const image = { size, mean: channels === 3 ? [0.485, 0.456, 0.406] : [0.13], std: channels === 3 ? [0.229, 0.224, 0.225] : [0.31] };
  return { model: made, risk, classes, loader: { image: { size, channels } }, experiment: { data: { image } } } as unknown as TrainedRun;
}

/** Random images in 0..255. */
export function randomImages(run: TrainedRun, count: number): { readonly data: Float32Array; readonly shape: readonly number[] } {
  const { size, channels } = run.loader.image;
  const random = createRandom(['images', 3]);
  return { data: Float32Array.from({ length: count * size * size * channels }, () => random.uniform(0, 255)), shape: [size, size, channels] };
}
