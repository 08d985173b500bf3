import { join } from 'node:path';
import type { WeightsOffer } from '../contracts/callback.ts';
import type { Unavailable } from '../contracts/unavailable.ts';
import type { DomainBatches } from '../data/domain-batches.ts';
import { evaluateOffer, type OfferedWeightsResults } from '../evaluation/evaluate-offer.ts';
import { type EvaluateWeightsOptions, type EvaluationSetting, evaluateWeights } from '../evaluation/evaluate-weights.ts';
import type { RunResults } from './run-results.ts';

export interface EvaluateRunOptions extends EvaluateWeightsOptions, Pick<RunResults, 'checkpoint' | 'method' | 'classes' | 'epochs' | 'steps' | 'protocol'> {
  readonly trainingSeconds: number;
  /** Weights beside the run's own, and the folder that keeps them. */
  readonly offers: readonly WeightsOffer[];
  readonly weights: string;
  /** For offered weights whose statistics are measured anew, from this epoch on: one that no step trains on. */
  readonly batches: DomainBatches;
  readonly untrainedEpoch: number;
}

/** The figures of the run's own weights, then those of each weights that a callback offers. */
export async function evaluateRun(setting: EvaluationSetting, options: EvaluateRunOptions): Promise<RunResults> {
  const { trainingSeconds, scores, offers, weights: folder, validation, batches, untrainedEpoch: epoch, ...run } = options;
  const started = performance.now();
  const own = await evaluateWeights(setting, { scores, validation });
  const evaluation = (performance.now() - started) / 1000;
  const weights: Record<string, OfferedWeightsResults | Unavailable> = {};
  for (const offer of offers) weights[offer.name] = await evaluateOffer(setting, offer, { scores: join(scores, offer.name), folder, batches, epoch });
  return { ...run, ...own, ...(offers.length > 0 ? { weights } : {}), seconds: { training: trainingSeconds, evaluation } };
}
