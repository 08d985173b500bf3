import type { WeightsOffer } from '../contracts/callback.ts';
import { saveCheckpoint } from '../files/checkpoint.ts';
import { parts } from '../run/compose.ts';
import type { Container } from '../run/container.ts';
import type { OfferedWeightsResults } from '../run/run-results.ts';
import { nonFiniteWeight } from '../run/run-state.ts';
import { measureStatistics } from '../training/measure-statistics.ts';
import type { Unavailable } from './evaluate-scores.ts';
import { evaluateWeights } from './evaluate-weights.ts';
import { withWeightsInPlace } from './weights-in-place.ts';

export interface EvaluateOfferOptions {
  /** Folder for one score file a target. */
  readonly scores: string;
  /** Folder that keeps the weights, as a checkpoint of their name. */
  readonly folder: string;
  readonly signal?: AbortSignal;
}

/**
 * Weights that a callback offers, in place of the model's: their statistics measured where they need it, kept on disk, and evaluated as the run's
 * own are, thresholds included. Afterwards the model holds its own weights again.
 */
export async function evaluateOffer(
  container: Container,
  offer: WeightsOffer,
  { scores, folder, signal }: EvaluateOfferOptions,
): Promise<OfferedWeightsResults | Unavailable> {
  const started = performance.now();
  const taken = offer.take();
  const reporter = container.get(parts.reporter);
  if ('error' in taken) {
    reporter.warn(`no weights '${offer.name}': ${taken.error}`);
    return taken;
  }
  using offered = taken;
  const { name } = offer;
  const { statistics, about, facts, warning } = offered;
  if (warning !== undefined) reporter.warn(warning);
  const model = await container.get(parts.model);
  return withWeightsInPlace(model.weights, offered.values, async () => {
    if (statistics !== 'given') {
      const batches = await container.get(parts.batches);
      const { epochs } = container.get(parts.experiment).train;
      const count = statistics.batches ?? batches.stepsPerEpoch;
      await measureStatistics({ model, batches, epoch: epochs, count, of: name, reporter, ...(signal ? { signal } : {}) });
    }
    const bad = nonFiniteWeight(model.weights);
    if (bad !== undefined) {
      const error = `its weight '${bad}' holds values that are not finite`;
      reporter.warn(`no weights '${name}': ${error}`);
      return { error };
    }
    const { classes } = await container.get(parts.domains);
    await saveCheckpoint(folder, name, { weights: model.weights, states: {}, values: { classes, about, facts } });
    const figures = await evaluateWeights(container, { scores, ...(signal ? { signal } : {}) });
    return { about, facts, ...figures, seconds: (performance.now() - started) / 1000 };
  });
}
