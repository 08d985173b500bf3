import type { WeightsOffer } from '../contracts/callback.ts';
import { isLossWeight } from '../contracts/loss-weight-names.ts';
import { silentReporter } from '../contracts/reporter.ts';
import type { Unavailable } from '../contracts/unavailable.ts';
import type { DomainBatches } from '../data/domain-batches.ts';
import { saveCheckpoint } from '../files/checkpoint.ts';
import { makeFolder } from '../files/sync-folder.ts';
import { measureStatistics } from '../training/measure-statistics.ts';
import { type EvaluationSetting, evaluateWeights, type WeightsFigures } from './evaluate-weights.ts';
import { withWeightsInPlace } from './weights-in-place.ts';

/** What was measured with weights that a callback offered, statistics and thresholds included. Plain JSON. */
export interface OfferedWeightsResults extends WeightsFigures {
  /** What they are: `mean of the weights after steps 120 to 340`. */
  readonly about: string;
  /** Numbers that describe the weights, by name: `{ weights: 6, first: 4, last: 9 }`. */
  readonly facts: Readonly<Record<string, number>>;
  /** Seconds that making and evaluating them took. */
  readonly seconds: number;
}

export interface EvaluateOfferOptions {
  /** Folder for one score file per target. */
  readonly scores: string;
  /** Folder in which the weights are saved, as a checkpoint of their name. */
  readonly folder: string;
  /** Training batches, for weights whose batch norm statistics are recomputed. */
  readonly batches: DomainBatches;
  /** The epoch to draw them from: one that no step trains on. */
  readonly epoch: number;
}

/**
 * Puts weights that a callback offers in place of the model's, recomputes their statistics if needed, saves them, and evaluates them like the run's own,
 * thresholds included. Afterwards the model holds its own weights again.
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
  // Averages hold those of losses too, which nothing needs after training.
  const values = new Map([...offered.values].filter(([weight]) => !isLossWeight(weight)));
  return withWeightsInPlace(model.weights, values, async () => {
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
    makeFolder(folder);
    await saveCheckpoint(folder, name, { weights: model.weights, states: {}, values: { classes, about, facts } });
    const figures = await evaluateWeights(setting, { scores });
    return { about, facts, ...figures, seconds: (performance.now() - started) / 1000 };
  });
}
