import { join } from 'node:path';
import type { WeightsOffer } from '../contracts/callback.ts';
import type { Unavailable } from '../contracts/unavailable.ts';
import type { DomainBatches } from '../data/domain-batches.ts';
import { evaluateOffer, type OfferedWeightsResults } from '../evaluation/evaluate-offer.ts';
import { type EvaluateWeightsOptions, type EvaluationSetting, evaluateWeights } from '../evaluation/evaluate-weights.ts';
import type { RunResults } from './run-results.ts';

/** What `evaluateRun` takes besides the setting. */
export interface EvaluateRunOptions
  extends EvaluateWeightsOptions,
    Pick<RunResults, 'checkpoint' | 'method' | 'classes' | 'epochs' | 'steps' | 'protocol' | 'preparation'> {
  readonly trainingSeconds: number;
  /** Weights that callbacks offer. */
  readonly offers: readonly WeightsOffer[];
  /** Folder in which they are saved. */
  readonly weights: string;
  /** Training batches, for offered weights whose statistics are recomputed. */
  readonly batches: DomainBatches;
  /** The epoch to draw them from: one that no step trains on. */
  readonly untrainedEpoch: number;
}

/** Evaluates the run's own weights, then each set of weights that a callback offers. */
export async function evaluateRun(setting: EvaluationSetting, options: EvaluateRunOptions): Promise<RunResults> {
  const { trainingSeconds, scores, offers, weights: folder, validation, batches, untrainedEpoch: epoch, ...run } = options;
  const started = performance.now();
  const own = await evaluateWeights(setting, { scores, validation });
  const evaluation = (performance.now() - started) / 1000;
  const weights: Record<string, OfferedWeightsResults | Unavailable> = {};
  for (const offer of offers) weights[offer.name] = await evaluateOffer(setting, offer, { scores: join(scores, offer.name), folder, batches, epoch });
  return { ...run, ...own, ...(offers.length > 0 ? { weights } : {}), seconds: { training: trainingSeconds, evaluation } };
}
