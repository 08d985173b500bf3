import * as tf from '@tensorflow/tfjs-core';
import { cannot } from '../contracts/errors.ts';
import type { Auxiliary, LossWeightsContext } from '../contracts/loss.ts';
import { isLossWeight, lossWeightPrefix } from '../contracts/loss-weight-names.ts';
import type { Model } from '../contracts/model.ts';
import { Weights } from '../contracts/weights.ts';

/** Everything that a run trains: the model's weights, and those that losses own. */
export interface TrainedWeights {
  /** The model's under their names, those of losses as `losses/<loss>/<weight>`. */
  readonly all: Weights;
  /** Those of losses alone, as `<loss>/<weight>`. */
  readonly losses: Weights;
  /** Those of each auxiliary loss, in order, under its own names; empty for a loss without weights. */
  readonly ofLoss: readonly Weights[];
}

/** What `createTrainedWeights` takes. */
export interface TrainedWeightsOptions extends Pick<LossWeightsContext, 'domains' | 'classes' | 'random'> {
  readonly model: Model;
  /** Side of the model's square input in pixels, and its channels. */
  readonly image: { readonly size: number; readonly channels: number };
  readonly auxiliaries: readonly Auxiliary[];
  /** Their names, in order; the second loss of a name gets `-2` behind it. */
  readonly names: readonly string[];
}

/** Makes the weights of the losses, and joins them with the model's. The caller disposes the result, which leaves the model's. */
export function createTrainedWeights({ model, image, auxiliaries, names, ...context }: TrainedWeightsOptions): TrainedWeights & Disposable {
  const taken = [...model.weights.parameters.keys(), ...model.weights.statistics.keys()].find(isLossWeight);
  if (taken !== undefined)
    throw cannot('train the model', `its weight is named '${taken}'`, `a name outside ${lossWeightPrefix}, where the weights of losses are`);
  if (auxiliaries.every(({ createWeights }) => createWeights === undefined)) return { ...modelAlone(model), [Symbol.dispose]: () => {} };
  const widths = measureWidths(model, image);
  const unique = distinct(names);
  const ofLoss: Weights[] = [];
  const dispose = () => {
    for (const weights of ofLoss) weights[Symbol.dispose]();
  };
  try {
    for (const [i, loss] of auxiliaries.entries()) {
      const random = (weight: string) => context.random(`${lossWeightPrefix}${unique[i]}/${weight}`);
      ofLoss.push(loss.createWeights?.({ ...widths, ...context, random }) ?? noWeights);
    }
    const losses = Weights.joined(Object.fromEntries(ofLoss.map((weights, i) => [`${unique[i]}/`, weights])));
    const all = Weights.joined({ '': model.weights, [lossWeightPrefix]: losses });
    return { all, losses, ofLoss, [Symbol.dispose]: dispose };
  } catch (error) {
    dispose();
    throw error;
  }
}

/** The weights of a run whose losses own none. */
export function modelAlone({ weights }: Pick<Model, 'weights'>): TrainedWeights {
  return { all: weights, losses: noWeights, ofLoss: [] };
}

/** Of losses that own none. */
export const noWeights = new Weights({});

function measureWidths(model: Model, { size, channels }: TrainedWeightsOptions['image']): { readonly features: number; readonly logits: number } {
  return tf.tidy(() => {
    const { features, logits } = model.apply(tf.zeros([1, size, size, channels]), { training: false });
    return { features: features.shape[1], logits: logits.shape[1] };
  });
}

function distinct(names: readonly string[]): string[] {
  const out: string[] = [];
  for (const name of names) {
    let candidate = name;
    for (let n = 2; out.includes(candidate); n++) candidate = `${name}-${n}`;
    out.push(candidate);
  }
  return out;
}
