import type { WeightsOffer } from '../contracts/callback.ts';
import { silentReporter } from '../contracts/reporter.ts';
import type { Unavailable } from '../contracts/unavailable.ts';
import type { DomainBatches } from '../data/domain-batches.ts';
import { saveCheckpoint } from '../files/checkpoint.ts';
import { measureStatistics } from '../training/measure-statistics.ts';
import { type EvaluationSetting, evaluateWeights, type WeightsFigures } from './evaluate-weights.ts';
import { withWeightsInPlace } from './weights-in-place.ts';

/** What was measured with weights that a callback offered, all of it with these same weights. Plain JSON. */
export interface OfferedWeightsResults extends WeightsFigures {
  /** What they are: `mean of the weights after steps 120 to 340`. */
  readonly about: string;
  readonly facts: Readonly<Record<string, number>>;
  /** Of making and of evaluating them. */
  readonly seconds: number;
}

export interface EvaluateOfferOptions {
  /** Folder for one score file per target. */
  readonly scores: string;
  /** Folder that keeps the weights, as a checkpoint of their name. */
  readonly folder: string;
  /** Training batches, for weights whose batch norm statistics are measured anew: those of an epoch that no step trains on. */
  readonly batches: DomainBatches;
  readonly epoch: number;
}

/**
 * Weights that a callback offers, in place of the model's: their statistics measured where they need it, kept on disk, and evaluated as the run's
 * own are, thresholds included. Afterwards the model holds its own weights again.
 */
export async function evaluateOffer(
  setting: EvaluationSetting,
  offer: WeightsOffer,
  { scores, folder, batches, epoch }: EvaluateOfferOptions,
): Promise<OfferedWeightsResults | Unavailable> {
  const started = performance.now();
  const { model, classes, signal, reporter = silentReporter } = setting;
  const taken = offer.take();
  if ('error' in taken) {
    reporter.warn(`no weights '${offer.name}': ${taken.error}`);
    return taken;
  }
  using offered = taken;
  const { name } = offer;
  const { statistics, about, facts, warning } = offered;
  if (warning !== undefined) reporter.warn(warning);
  return withWeightsInPlace(model.weights, offered.values, async () => {
    if (statistics !== 'given') {
      const count = statistics.batches ?? batches.stepsPerEpoch;
      await measureStatistics({ model, batches, epoch, count, of: name, reporter, ...(signal ? { signal } : {}) });
    }
    const bad = model.weights.nonFinite();
    if (bad !== undefined) {
      const error = `its weight '${bad}' holds values that are not finite`;
      reporter.warn(`no weights '${name}': ${error}`);
      return { error };
    }
    await saveCheckpoint(folder, name, { weights: model.weights, states: {}, values: { classes, about, facts } });
    const figures = await evaluateWeights(setting, { scores });
    return { about, facts, ...figures, seconds: (performance.now() - started) / 1000 };
  });
}
